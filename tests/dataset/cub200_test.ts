import { assertEquals, assertThrows } from "@std/assert";
import { type Cub200Lists, parseCub200 } from "../../lib/dataset/cub200.ts";
import { InputError } from "../../lib/errors.ts";

const LISTS: Cub200Lists = {
  "classes.txt": "1 001.Auk\n2 002.Wren\n",
  "images.txt": "1 001.Auk/a.jpg\n2 001.Auk/b.jpg\n3 002.Wren/a.jpg\n",
  "image_class_labels.txt": "1 1\n2 1\n3 2\n",
};

function messageOf(changed: Partial<Cub200Lists>): string {
  const parse = () => parseCub200({ ...LISTS, ...changed }, "cub", 1);
  return assertThrows(parse, InputError).message;
}

Deno.test("parseCub200() splits by class id and keeps class folders and file names", () => {
  assertEquals(parseCub200(LISTS, "cub", 1), [
    {
      sourcePath: "cub/images/001.Auk/a.jpg",
      imagePath: "class/train/001.Auk/a.jpg",
      classId: "001.Auk",
      split: "train",
      listedAt: "cub/images.txt:1",
    },
    {
      sourcePath: "cub/images/001.Auk/b.jpg",
      imagePath: "class/train/001.Auk/b.jpg",
      classId: "001.Auk",
      split: "train",
      listedAt: "cub/images.txt:2",
    },
    {
      sourcePath: "cub/images/002.Wren/a.jpg",
      imagePath: "class/test/002.Wren/a.jpg",
      classId: "002.Wren",
      split: "test",
      listedAt: "cub/images.txt:3",
    },
  ]);
});

Deno.test("parseCub200() reads lists with Windows line ends", () => {
  const lists = Object.fromEntries(
    Object.entries(LISTS).map(([name, text]) => [name, text.replaceAll("\n", "\r\n")]),
  );
  assertEquals(
    parseCub200(lists as unknown as Cub200Lists, "cub", 1),
    parseCub200(LISTS, "cub", 1),
  );
});

Deno.test("parseCub200() names the row that is no id and path", () => {
  assertEquals(
    messageOf({ "images.txt": "1 001.Auk/a.jpg\n2\n3 002.Wren/a.jpg\n" }),
    'cub/images.txt:2: Cannot parse row as it must be "image_id path": it is "2"',
  );
});

Deno.test("parseCub200() names the row whose id is no number", () => {
  assertEquals(
    messageOf({ "image_class_labels.txt": "1 1\nx 1\n3 2\n" }),
    "cub/image_class_labels.txt:2: Cannot parse row as image_id must be a whole number of at least 1: " +
      'it is "x"',
  );
});

Deno.test("parseCub200() names both rows of an id that is listed twice", () => {
  assertEquals(
    messageOf({ "images.txt": "1 001.Auk/a.jpg\n1 001.Auk/b.jpg\n3 002.Wren/a.jpg\n" }),
    "cub/images.txt:2: Cannot accept row as image_id must be listed once: 1 is at cub/images.txt:1 too",
  );
});

Deno.test("parseCub200() names the label that disagrees with the image's folder", () => {
  assertEquals(
    messageOf({ "image_class_labels.txt": "1 1\n2 2\n3 2\n" }),
    "cub/image_class_labels.txt:2: Cannot accept row as the class must be the folder of 001.Auk/b.jpg: " +
      "it is 2 (002.Wren)",
  );
});

Deno.test("parseCub200() names the label of a class that there is not", () => {
  assertEquals(
    messageOf({ "image_class_labels.txt": "1 1\n2 7\n3 2\n" }),
    "cub/image_class_labels.txt:2: Cannot accept row as the class must be the folder of 001.Auk/b.jpg: " +
      "it is 7 (not in classes.txt)",
  );
});

Deno.test("parseCub200() names the image without a label", () => {
  assertEquals(
    messageOf({ "image_class_labels.txt": "1 1\n3 2\n" }),
    "cub/images.txt:2: Cannot accept row as image_class_labels.txt must have a row for image 2: it has none",
  );
});

Deno.test("parseCub200() names the label without an image, as of a list that was cut", () => {
  assertEquals(
    messageOf({ "images.txt": "1 001.Auk/a.jpg\n2 001.Auk/b.jpg\n" }),
    "cub/image_class_labels.txt:3: Cannot accept row as images.txt must have a row for image 3: it has none",
  );
});

Deno.test("parseCub200() names the class without an image", () => {
  assertEquals(
    messageOf({ "classes.txt": "1 001.Auk\n2 002.Wren\n3 003.Gull\n" }),
    "cub/classes.txt:3: Cannot accept class as images.txt must have an image of it: 003.Gull has none",
  );
});

Deno.test("parseCub200() refuses a path that leaves the folder", () => {
  assertEquals(
    messageOf({ "images.txt": "1 001.Auk/a.jpg\n2 001.Auk/../../b.jpg\n3 002.Wren/a.jpg\n" }),
    "cub/images.txt:2: Cannot accept row as its path must be below the dataset's folder: " +
      'it is "001.Auk/../../b.jpg"',
  );
});

Deno.test("parseCub200() names the blank line within a list", () => {
  assertEquals(
    messageOf({ "images.txt": "1 001.Auk/a.jpg\n\n3 002.Wren/a.jpg\n" }),
    'cub/images.txt:2: Cannot parse row as it must be "image_id path": it is ""',
  );
});
