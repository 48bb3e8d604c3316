import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { readManifest } from "../../lib/dataset/manifest.ts";
import { openDataset } from "../../lib/dataset/open_dataset.ts";
import { needs } from "../support/permissions.ts";
import {
  IMAGE_PERMISSIONS,
  inputErrorOf,
  TINY_COUNTS,
  TINY_SHOP_COUNTS,
  withFolder,
  writeText,
  writeTinyCarsNewer,
  writeTinyCarsOlder,
  writeTinyCub,
  writeTinyShop,
  writeTinySop,
} from "../support/tiny_originals.ts";
import { convert, CUB_FILES, listFiles, withCub } from "./tiny_conversion.ts";

const ignore = needs(...IMAGE_PERMISSIONS);

Deno.test({
  name: "convertDataset() puts CUB200 into class folders as hard links and lists it in a manifest",
  ignore,
  fn: () =>
    withCub(async (root, folder, original) => {
      const summary = await convert(root, "cub200");
      assertEquals(await listFiles(join(folder, "class")), CUB_FILES);
      const [link, source] = [
        await Deno.stat(join(folder, "class/train/001.Auk/bird_1.jpg")),
        await Deno.stat(join(original, "images/001.Auk/bird_1.jpg")),
      ];
      assertEquals(link.ino, source.ino);
      assertEquals(summary, {
        name: "cub200",
        folder,
        isUnchanged: false,
        counts: {
          train: { imageCount: 4, classCount: 2 },
          test: { imageCount: 4, classCount: 2 },
        },
        placed: { linked: 8, copied: 0, kept: 0 },
        classes: [
          { classId: "001.Auk", split: "train", imageCount: 2 },
          { classId: "002.Wren", split: "train", imageCount: 2 },
          { classId: "003.Gull", split: "test", imageCount: 2 },
          { classId: "004.Crow", split: "test", imageCount: 2 },
        ],
      });
      const { rows } = (await readManifest(folder))!;
      const bytes = await Deno.readFile(join(original, "images/001.Auk/bird_1.jpg"));
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
      assertEquals(rows.length, 8);
      assertEquals(rows[0], {
        split: "train",
        classId: "001.Auk",
        imagePath: "class/train/001.Auk/bird_1.jpg",
        width: 12,
        height: 8,
        sizeBytes: bytes.length,
        sha256: [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join(""),
      });
    }),
});

Deno.test({
  name: "convertDataset() reads CUB200 from CUB_200_2011/ and leaves ._ files out",
  ignore,
  fn: () =>
    withCub(async (root, folder, original) => {
      const nested = join(original, "CUB_200_2011");
      await Deno.mkdir(nested);
      for (const name of ["images", "images.txt", "image_class_labels.txt", "classes.txt"]) {
        await Deno.rename(join(original, name), join(nested, name));
      }
      await writeText(join(nested, "images/001.Auk/._bird_1.jpg"), "Mac OS X");
      await writeText(join(nested, "._images.txt"), "Mac OS X");
      await convert(root, "cub200");
      assertEquals(await listFiles(join(folder, "class")), CUB_FILES);
    }),
});

for (
  const [layout, write] of [["older", writeTinyCarsOlder], ["newer", writeTinyCarsNewer]] as const
) {
  Deno.test({
    name: `convertDataset() converts the ${layout} CARS196`,
    ignore,
    fn: () =>
      withFolder(async (root) => {
        const original = join(root, "mini/CARS196/original");
        await write(original);
        await writeText(join(original, "expected_counts.json"), TINY_COUNTS);
        const { classes } = await convert(root, "cars196");
        assertEquals(classes, [
          { classId: "Audi_TT_2011", split: "train", imageCount: 2 },
          { classId: "Ram_CV_Van_2012", split: "train", imageCount: 2 },
          { classId: "Audi_S4_2007", split: "test", imageCount: 2 },
          { classId: "BMW_X3_2012", split: "test", imageCount: 2 },
        ]);
        assertEquals((await listFiles(join(root, "mini/CARS196/class"))).length, 8);
      }),
  });
}

for (const nested of ["", "Stanford_Online_Products"]) {
  Deno.test({
    name: `convertDataset() converts SOP ${nested ? `in ${nested}/` : "in place of its archive"}`,
    ignore,
    fn: () =>
      withFolder(async (root) => {
        const original = join(root, "mini/SOP/original");
        await writeTinySop(join(original, nested));
        await writeText(join(original, "expected_counts.json"), TINY_COUNTS);
        await convert(root, "sop");
        assertEquals(await listFiles(join(root, "mini/SOP/class")), [
          "test/3/item2_5.JPG",
          "test/3/item2_6.JPG",
          "test/4/item3_7.JPG",
          "test/4/item3_8.JPG",
          "train/1/item0_1.JPG",
          "train/1/item0_2.JPG",
          "train/2/item1_3.JPG",
          "train/2/item1_4.JPG",
        ]);
      }),
  });
}

for (const list of ["list_eval_partition.txt", "Eval/list_eval_partition.txt"]) {
  Deno.test({
    name: `convertDataset() checks IN_SHOP in place, with its list at ${list}`,
    ignore,
    fn: () =>
      withFolder(async (root) => {
        const folder = join(root, "mini/IN_SHOP");
        await writeTinyShop(folder, list);
        await writeText(join(folder, "expected_counts.json"), TINY_SHOP_COUNTS);
        const before = await listFiles(folder);
        const { counts } = await convert(root, "in_shop");
        assertEquals(counts, {
          train: { imageCount: 4, classCount: 2 },
          query: { imageCount: 2, classCount: 2 },
          gallery: { imageCount: 2, classCount: 2 },
        });
        assertEquals(await listFiles(folder), [...before, "manifest.csv"].toSorted());
      }),
  });
}

Deno.test({
  name: "convertDataset() reports its steps: each image decoded and placed",
  ignore,
  fn: () =>
    withCub(async (root) => {
      const seen: string[] = [];
      await convert(root, "cub200", "mini", (done, total) => seen.push(`${done}/${total}`));
      assertEquals(seen, Array.from({ length: 16 }, (_, i) => `${i + 1}/16`));
    }),
});

for (const nested of ["", "In-shop Clothes Retrieval Benchmark/"]) {
  Deno.test({
    name: `convertDataset() takes IN_SHOP as its publisher unpacks it${
      nested && ", in its folder"
    }`,
    ignore,
    fn: () =>
      withFolder(async (root) => {
        await writeTinyShop(join(root, "plain/mini/IN_SHOP"));
        const folder = join(root, "published/mini/IN_SHOP");
        await writeTinyShop(join(folder, nested, "Img"), `../Eval/list_eval_partition.txt`);
        for (const name of ["plain", "published"]) {
          const path = join(root, name, "mini/IN_SHOP/expected_counts.json");
          await writeText(path, TINY_SHOP_COUNTS);
        }
        const before = await listFiles(folder);
        for (const name of ["plain", "published"]) await convert(join(root, name), "in_shop");
        assertEquals(await listFiles(folder), [...before, "manifest.csv"].toSorted());
        assertEquals((await convert(join(root, "published"), "in_shop")).isUnchanged, true);
        const open = (name: string) =>
          openDataset({ name: "in_shop", profile: "mini", dataRoot: join(root, name) });
        const [plain, published] = [await open("plain"), await open("published")];
        assertEquals(published.dataHash, plain.dataHash); // the same images
        assertEquals(published.folder, join(folder, nested, "Img"));
        await Deno.stat(join(published.folder, published.train[0]!.imagePath));
      }),
  });
}

Deno.test({
  name: "convertDataset() says that IN_SHOP's images are not unpacked, or are the large ones",
  ignore,
  fn: () =>
    withFolder(async (root) => {
      const folder = join(root, "mini/IN_SHOP");
      await writeTinyShop(folder, "Eval/list_eval_partition.txt");
      await writeText(join(folder, "expected_counts.json"), TINY_SHOP_COUNTS);
      await Deno.rename(join(folder, "img"), join(folder, "img_highres"));
      const rule = "Cannot convert in_shop as the benchmark's 256-pixel images must be there";
      assertEquals(
        await inputErrorOf(() => convert(root, "in_shop"), folder),
        `ROOT/img: ${rule}: only img_highres is`,
      );
      await writeText(join(folder, "Img/img.zip"), "an archive");
      assertEquals(
        await inputErrorOf(() => convert(root, "in_shop"), folder),
        `ROOT/img: ${rule}: ROOT/Img/img.zip is not unpacked`,
      );
    }),
});

const NESTED_LAYOUTS = [
  ["cub200", "CUB200", "original/CUB_200_2011", writeTinyCub],
  ["cub200", "CUB200", "original/CUB_200_2011/CUB_200_2011", writeTinyCub],
  ["cub200", "CUB200", "CUB_200_2011", writeTinyCub],
  ["sop", "SOP", "original/Stanford_Online_Products", writeTinySop],
  ["sop", "SOP", "Stanford_Online_Products", writeTinySop],
  ["cars196", "CARS196", "original/stanford_cars", writeTinyCarsNewer],
  ["cars196", "CARS196", "stanford_cars", writeTinyCarsOlder],
] as const;

for (const [name, folderName, nested, write] of NESTED_LAYOUTS) {
  Deno.test({
    name: `convertDataset() finds ${name} unpacked as ${folderName}/${nested}`,
    ignore,
    fn: () =>
      withFolder(async (root) => {
        const folder = join(root, "mini", folderName);
        await write(join(folder, nested));
        const original = nested.startsWith("original/") ? join(folder, "original") : folder;
        await writeText(join(original, "expected_counts.json"), TINY_COUNTS);
        assertEquals((await convert(root, name)).counts, {
          train: { imageCount: 4, classCount: 2 },
          test: { imageCount: 4, classCount: 2 },
        });
        assertEquals((await convert(root, name)).isUnchanged, true);
        assertEquals((await listFiles(join(folder, "class"))).length, 8);
      }),
  });
}

Deno.test({
  name: "convertDataset() names an archive that is not unpacked",
  ignore,
  fn: () =>
    withFolder(async (root) => {
      await writeText(join(root, "CUB200/original/CUB_200_2011.tgz"), "an archive");
      assertEquals(
        await inputErrorOf(() => convert(root, "cub200", "paper"), root),
        "ROOT/CUB200/original/CUB_200_2011.tgz: Cannot convert cub200 as archives must be unpacked where they are: it is not",
      );
    }),
});
