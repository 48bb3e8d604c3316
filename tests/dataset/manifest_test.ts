import { assert, assertEquals, assertThrows } from "@std/assert";
import { formatManifest, type ManifestRow, parseManifest } from "../../lib/dataset/manifest.ts";
import { InputError } from "../../lib/errors.ts";

const SHA = "0123456789abcdef".repeat(4);
const HEADER = "split,class_id,image_path,width,height,size_bytes,sha256";

function row(split: ManifestRow["split"], classId: string, file: string): ManifestRow {
  const imagePath = `class/${split}/${classId}/${file}`;
  return { split, classId, imagePath, width: 12, height: 8, sizeBytes: 300, sha256: SHA };
}

Deno.test("formatManifest() sorts by split, class and path by code units", () => {
  const rows = [
    row("test", "a", "1.jpg"),
    row("train", "b", "1.jpg"),
    row("train", "a", "2.jpg"),
    row("train", "a", "10.jpg"),
    row("train", "Z", "1.jpg"),
  ];
  const order = parseManifest(formatManifest(rows), "m.csv").map(({ imagePath }) => imagePath);
  assertEquals(order, [
    "class/train/Z/1.jpg",
    "class/train/a/10.jpg",
    "class/train/a/2.jpg",
    "class/train/b/1.jpg",
    "class/test/a/1.jpg",
  ]);
});

Deno.test("formatManifest() gives the same text for the same images in any order", () => {
  const rows = [row("train", "a", "1.jpg"), row("train", "a", "2.jpg"), row("query", "c", "1.jpg")];
  assertEquals(formatManifest(rows.toReversed()), formatManifest(rows));
});

Deno.test("parseManifest() reads back paths with commas, quotes and line ends", () => {
  const rows = [
    row("train", 'a "b", c', "1,2.jpg"),
    row("train", "d", "1.jpg"),
    row("train", "x\ny", "1.jpg"),
    row("train", 'z\r\n"', "1.jpg"),
  ];
  assertEquals(parseManifest(formatManifest(rows), "m.csv"), rows);
});

for (
  const [what, line] of [
    ["a column too few", "train,a,class/train/a/1.jpg,12,8,300"],
    ["a column too many", `train,a,class/train/a/1.jpg,12,8,300,${SHA},x`],
    ["an unknown split", `valid,a,class/train/a/1.jpg,12,8,300,${SHA}`],
    ["a width that is no number", `train,a,class/train/a/1.jpg,wide,8,300,${SHA}`],
    ["a size of zero", `train,a,class/train/a/1.jpg,12,8,0,${SHA}`],
    ["a hash that was cut", "train,a,class/train/a/1.jpg,12,8,300,0123"],
    ["a path that leaves the folder", `train,a,class/../../a.jpg,12,8,300,${SHA}`],
    ["a path from the root", `train,a,/class/a.jpg,12,8,300,${SHA}`],
    ["nothing", ""],
  ] as const
) {
  Deno.test(`parseManifest() names the line with ${what}`, () => {
    const text = [HEADER, `train,a,class/train/a/0.jpg,12,8,300,${SHA}`, line, "x"].join("\r\n");
    assertEquals(
      assertThrows(() => parseManifest(text, "m.csv"), InputError).message,
      `m.csv:3: Cannot parse row as it must be "${HEADER}": it is ${JSON.stringify(line)}`,
    );
  });
}

Deno.test("parseManifest() names the line with a quote without its end", () => {
  const open = `train,"a,class/train/a/1.jpg,12,8,300,${SHA}`;
  const text = [HEADER, `train,a,class/train/a/0.jpg,12,8,300,${SHA}`, open, "x", "y"].join("\r\n");
  assertEquals(
    assertThrows(() => parseManifest(text, "m.csv"), InputError).message,
    "m.csv:3: Cannot parse CSV as its quotes must match: one is never closed",
  );
});

Deno.test("parseManifest() refuses a file with another header", () => {
  assertEquals(
    assertThrows(() => parseManifest("path,label\n", "m.csv"), InputError).message,
    `m.csv:1: Cannot accept manifest as its header must be "${HEADER}": it is "path,label"`,
  );
});

Deno.test("parseManifest() takes time proportional to the rows", () => {
  const rows = Array.from(
    { length: 60_000 },
    (_, i) => row("train", `class ${i % 997}`, `${i}.jpg`),
  );
  const startMs = performance.now();
  assertEquals(parseManifest(formatManifest(rows), "m.csv").length, 60_000);
  assert(performance.now() - startMs < 20_000);
});
