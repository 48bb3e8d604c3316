import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { needs } from "../support/permissions.ts";
import {
  IMAGE_PERMISSIONS,
  inputErrorOf,
  TINY_COUNTS,
  withFolder,
  writeText,
  writeTinySop,
} from "../support/tiny_originals.ts";
import { convert, messageAfter, withCub } from "./tiny_conversion.ts";

const ignore = needs(...IMAGE_PERMISSIONS);
const RULE = "Cannot decode image as it must be a whole JPEG, PNG, WebP, GIF or TIFF file";

Deno.test({
  name: "convertDataset() names a truncated image",
  ignore,
  fn: async () =>
    assertEquals(
      await messageAfter(async (original) => {
        const path = join(original, "images/003.Gull/bird_5.jpg");
        await Deno.truncate(path, (await Deno.stat(path)).size - 40);
      }),
      `ROOT/original/images/003.Gull/bird_5.jpg: ${RULE}: Input buffer has corrupt header: ` +
        "VipsJpeg: premature end of JPEG image; VipsJpeg: Bogus Huffman table definition; " +
        "VipsJpeg: premature end of JPEG image",
    ),
});

Deno.test({
  name: "convertDataset() names the first file that is no image, and how many more there are",
  ignore,
  fn: async () =>
    assertEquals(
      await messageAfter(async (original) => {
        for (const path of ["003.Gull/bird_5.jpg", "001.Auk/bird_2.jpg", "004.Crow/bird_8.jpg"]) {
          await Deno.writeTextFile(join(original, "images", path), "not an image");
        }
      }),
      `ROOT/original/images/001.Auk/bird_2.jpg: ${RULE}: ` +
        "it is text (and 2 more images)",
    ),
});

Deno.test({
  name: "convertDataset() keeps an earlier conversion's manifest away from damaged originals",
  ignore,
  fn: () =>
    withCub(async (root, folder, original) => {
      await convert(root, "cub200");
      await Deno.writeTextFile(join(original, "images/001.Auk/bird_2.jpg"), "overwritten in place");
      assertEquals(
        await inputErrorOf(() => convert(root, "cub200"), folder),
        `ROOT/original/images/001.Auk/bird_2.jpg: ${RULE}: it is text`,
      );
    }),
});

Deno.test({
  name: "convertDataset() names both rows of an image that is listed twice",
  ignore,
  fn: async () =>
    assertEquals(
      await messageAfter((original) =>
        writeText(
          join(original, "images.txt"),
          "1 001.Auk/bird_1.jpg\n2 001.Auk/bird_1.jpg\n3 002.Wren/bird_3.jpg\n4 002.Wren/bird_4.jpg\n" +
            "5 003.Gull/bird_5.jpg\n6 003.Gull/bird_6.jpg\n7 004.Crow/bird_7.jpg\n8 004.Crow/bird_8.jpg\n",
        )
      ),
      "ROOT/original/images.txt:2: Cannot accept row as class/train/001.Auk/bird_1.jpg must be listed once: " +
        "it is at ROOT/original/images.txt:1 too",
    ),
});

Deno.test({
  name: "convertDataset() names the class that is in both lists of SOP",
  ignore,
  fn: () =>
    withFolder(async (root) => {
      const original = join(root, "mini/SOP/original");
      await writeTinySop(original);
      await writeText(join(original, "expected_counts.json"), TINY_COUNTS);
      const list = join(original, "Ebay_test.txt");
      await writeText(list, (await Deno.readTextFile(list)).replace("5 3 1", "5 1 1"));
      assertEquals(
        await inputErrorOf(() => convert(root, "sop"), original),
        "ROOT/Ebay_test.txt:2: Cannot accept row as a class must be in training or in evaluation: " +
          "1 is in train and test",
      );
    }),
});

Deno.test({
  name: "convertDataset() names the first damaged image of the list, whichever is found first",
  ignore,
  fn: () =>
    withCub(async (root, folder, original) => {
      await writeText(join(original, "images/002.Wren/bird_3.jpg"), "no image");
      await writeText(join(original, "images/003.Gull/bird_6.jpg"), ""); // found sooner: it is not decoded
      assertEquals(
        await inputErrorOf(() => convert(root, "cub200"), folder),
        `ROOT/original/images/002.Wren/bird_3.jpg: ${RULE}: ` +
          "it is text (and 1 more image)",
      );
    }),
});
