import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { needs } from "../support/permissions.ts";
import {
  IMAGE_PERMISSIONS,
  inputErrorOf,
  TINY_COUNTS,
  TINY_SHOP_COUNTS,
  withFolder,
  writeText,
  writeTinyShop,
} from "../support/tiny_originals.ts";
import { convert, messageAfter } from "./tiny_conversion.ts";

const ignore = needs(...IMAGE_PERMISSIONS);

Deno.test({
  name: "convertDataset() says which command draws a miniature that is missing",
  ignore,
  fn: () =>
    withFolder(async (root) =>
      assertEquals(
        await inputErrorOf(() => convert(root, "cub200"), root),
        "ROOT/mini/CUB200/original: Cannot convert cub200 as the folder must exist: it is missing; " +
          "run `deno task fixtures --data-root ROOT`",
      )
    ),
});

for (
  const [name, folder, remedy] of [
    [
      "cub200",
      "CUB200/original",
      "CUB-200-2011 (CUB_200_2011.tgz) and unpack it in CUB200/original",
    ],
    [
      "cars196",
      "CARS196/original",
      "Cars196 (cars_train.tgz, cars_test.tgz, car_devkit.tgz, cars_test_annos_withlabels.mat) " +
      "and unpack it in CARS196/original",
    ],
    [
      "sop",
      "SOP/original",
      "Stanford Online Products (Stanford_Online_Products.zip) and unpack it in SOP/original",
    ],
    [
      "in_shop",
      "IN_SHOP",
      "DeepFashion In-shop Clothes Retrieval (img.zip, list_eval_partition.txt) and unpack it in IN_SHOP",
    ],
  ] as const
) {
  Deno.test({
    name: `convertDataset() says what to download for a missing ${name} and where to put it`,
    ignore,
    fn: () =>
      withFolder(async (root) =>
        assertEquals(
          await inputErrorOf(() => convert(root, name, "paper"), root),
          `ROOT/${folder}: Cannot convert ${name} as the folder must exist: it is missing; ` +
            `download ${remedy} below the data root`,
        )
      ),
  });
}

Deno.test({
  name: "convertDataset() says what is missing of published counts",
  ignore,
  fn: () =>
    withFolder(async (root) => {
      await writeTinyShop(join(root, "IN_SHOP"));
      assertEquals(
        await inputErrorOf(() => convert(root, "in_shop", "paper"), root),
        "ROOT/IN_SHOP: Cannot convert in_shop as train must have 25882 images of 3997 classes: " +
          "it has 4 of 2 (25878 images missing, 3995 classes missing); " +
          "query must have 14218 images of 3985 classes: it has 2 of 2 (14216 images missing, 3983 classes missing); " +
          "gallery must have 12612 images of 3985 classes: it has 2 of 2 (12610 images missing, 3983 classes missing)",
      );
    }),
});

Deno.test({
  name: "convertDataset() says which split of a miniature has an image too many",
  ignore,
  fn: async () =>
    assertEquals(
      await messageAfter((original) =>
        writeText(join(original, "expected_counts.json"), TINY_COUNTS.replace("4", "3"))
      ),
      "ROOT/original: Cannot convert cub200 as train must have 3 images of 2 classes: " +
        "it has 4 of 2 (1 image too many)",
    ),
});

Deno.test({
  name: "convertDataset() names the list that a half-unpacked archive lacks",
  ignore,
  fn: async () =>
    assertEquals(
      await messageAfter((original) => Deno.remove(join(original, "classes.txt"))),
      "ROOT/original/classes.txt: Cannot read list as it must exist: it is missing; run `deno task fixtures --data-root DATA`",
    ),
});

Deno.test({
  name: "convertDataset() says how many listed images a half-unpacked archive lacks, and where",
  ignore,
  fn: async () =>
    assertEquals(
      await messageAfter(async (original) => {
        await Deno.remove(join(original, "images/002.Wren/bird_4.jpg"));
        await Deno.remove(join(original, "images/003.Gull"), { recursive: true });
      }),
      "ROOT/original/images.txt:4: Cannot convert cub200 as every listed image must exist: " +
        "3 of 8 are missing: 1 of ROOT/original/images/002.Wren, 2 of ROOT/original/images/003.Gull; " +
        "the first is ROOT/original/images/002.Wren/bird_4.jpg; is the archive unpacked to its end? " +
        "run `deno task fixtures --data-root DATA`",
    ),
});

Deno.test({
  name: "convertDataset() says that high-resolution images are not In-Shop's",
  ignore,
  fn: () =>
    withFolder(async (root) => {
      const folder = join(root, "mini/IN_SHOP");
      await writeTinyShop(folder);
      await writeText(join(folder, "expected_counts.json"), TINY_SHOP_COUNTS);
      await Deno.rename(join(folder, "img"), join(folder, "img_highres"));
      assertEquals(
        await inputErrorOf(() => convert(root, "in_shop"), folder),
        "ROOT/img: Cannot convert in_shop as the benchmark's 256-pixel images must be there: " +
          "only img_highres is",
      );
    }),
});

for (
  const [what, text, problem] of [
    ["no JSON", "{", "the file must be JSON: "],
    [
      "no test split",
      '{"train": {"images": 4, "classes": 2}}',
      "test must have images and classes of at least 1: it is undefined",
    ],
    [
      "a count of zero",
      TINY_COUNTS.replace("4", "0"),
      'train must have images and classes of at least 1: it is {"images":0,"classes":2}',
    ],
  ] as const
) {
  Deno.test({
    name: `convertDataset() refuses declared counts with ${what}`,
    ignore,
    fn: async () => {
      const message = await messageAfter((original) =>
        writeText(join(original, "expected_counts.json"), text)
      );
      const expected = `ROOT/original/expected_counts.json: Cannot read counts as ${problem}`;
      assertEquals(message.slice(0, expected.length), expected);
    },
  });
}

Deno.test({
  name: "convertDataset() names the list that is a folder",
  ignore,
  fn: async () =>
    assertEquals(
      await messageAfter(async (original) => {
        await Deno.remove(join(original, "images.txt"));
        await Deno.mkdir(join(original, "images.txt"));
      }),
      "ROOT/original/images.txt: Cannot read list as it must be a file: it is a folder",
    ),
});

Deno.test({
  name: "convertDataset() says that a listed image is a link that leads nowhere",
  ignore,
  fn: async () =>
    assertEquals(
      await messageAfter(async (original) => {
        const path = join(original, "images/002.Wren/bird_4.jpg");
        await Deno.remove(path);
        await Deno.symlink("/mnt/gone/bird_4.jpg", path);
      }),
      "ROOT/original/images.txt:4: Cannot convert cub200 as every listed image must exist: " +
        "1 of 8 are missing: 1 of ROOT/original/images/002.Wren; " +
        "the first is ROOT/original/images/002.Wren/bird_4.jpg, a link to /mnt/gone/bird_4.jpg, which does not exist; " +
        "is the archive unpacked to its end? run `deno task fixtures --data-root DATA`",
    ),
});
