import { assertEquals, assertThrows } from "@std/assert";
import { parseSop } from "../../lib/dataset/sop.ts";
import { InputError } from "../../lib/errors.ts";

const HEADER = "image_id class_id super_class_id path\n";
const TRAIN = HEADER + "1 1 1 bicycle_final/11_0.JPG\n2 1 1 bicycle_final/11_1.JPG\n";
const TEST = HEADER + "1 11319 2 mug_final/22_0.JPG\n";

function messageOf(train: string, test = TEST): string {
  return assertThrows(() => parseSop({ train, test }, "sop"), InputError).message;
}

Deno.test("parseSop() knows images by their path, as ids start over in the test list", () => {
  const images = parseSop({ train: TRAIN, test: TEST }, "sop");
  assertEquals(images.map(({ sourcePath }) => sourcePath), [
    "sop/bicycle_final/11_0.JPG",
    "sop/bicycle_final/11_1.JPG",
    "sop/mug_final/22_0.JPG",
  ]);
  assertEquals(images[2], {
    sourcePath: "sop/mug_final/22_0.JPG",
    imagePath: "class/test/11319/22_0.JPG",
    classId: "11319",
    split: "test",
    listedAt: "sop/Ebay_test.txt:2",
  });
});

Deno.test("parseSop() keeps both images of a class that have one file name", () => {
  const train = HEADER + "1 5 1 bicycle_final/a.JPG\n2 5 2 mug_final/a.JPG\n";
  assertEquals(
    parseSop({ train, test: HEADER }, "sop").map(({ imagePath }) => imagePath),
    ["class/train/5/a.JPG", "class/train/5/mug_final_a.JPG"],
  );
});

Deno.test("parseSop() refuses a list with another header", () => {
  assertEquals(
    messageOf("1 1 1 bicycle_final/11_0.JPG\n"),
    "sop/Ebay_train.txt:1: Cannot accept list as its header must be " +
      '"image_id class_id super_class_id path": it is "1 1 1 bicycle_final/11_0.JPG"',
  );
  assertEquals(
    messageOf(""),
    "sop/Ebay_train.txt:1: Cannot accept list as its header must be " +
      '"image_id class_id super_class_id path": it is ""',
  );
});

Deno.test("parseSop() names the row with a column too few", () => {
  assertEquals(
    messageOf(TRAIN, HEADER + "1 11319 2 mug_final/22_0.JPG\n2 11319 2\n"),
    'sop/Ebay_test.txt:3: Cannot parse row as it must be "image_id class_id super_class_id path": ' +
      'it is "2 11319 2"',
  );
});

Deno.test("parseSop() names the row whose class is no number", () => {
  assertEquals(
    messageOf(HEADER + "1 one 1 bicycle_final/11_0.JPG\n"),
    'sop/Ebay_train.txt:2: Cannot parse row as class_id must be a whole number of at least 1: it is "one"',
  );
});

Deno.test("parseSop() names the row whose super class has another folder elsewhere", () => {
  assertEquals(
    messageOf(TRAIN, HEADER + "1 11319 1 mug_final/22_0.JPG\n"),
    "sop/Ebay_test.txt:2: Cannot accept row as super class 1 must be in folder bicycle_final: " +
      "the path is mug_final/22_0.JPG",
  );
});

Deno.test("parseSop() refuses a path that leaves the folder", () => {
  assertEquals(
    messageOf(HEADER + "1 1 1 /etc/passwd\n"),
    "sop/Ebay_train.txt:2: Cannot accept row as its path must be below the dataset's folder: " +
      'it is "/etc/passwd"',
  );
});
