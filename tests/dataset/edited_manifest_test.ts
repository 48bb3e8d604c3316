import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { CUB200 } from "../../lib/dataset/cub200.ts";
import { writeManifest } from "../../lib/dataset/manifest.ts";
import { openDataset } from "../../lib/dataset/open_dataset.ts";
import { needs } from "../support/permissions.ts";
import {
  IMAGE_PERMISSIONS,
  inputErrorOf,
  withFolder,
  writeText,
} from "../support/tiny_originals.ts";
import { convert, withCub } from "./tiny_conversion.ts";

const REMEDY = "; run `deno task convert --dataset cub200 --data-root DATA`";

/** A change of a converted dataset's manifest, by its lines, and what opening it says. */
const EDITS: readonly (readonly [what: string, (lines: string[]) => void, message: string])[] = [
  [
    "an image that is listed twice would find itself",
    (lines) => lines.splice(6, 0, lines[5]!),
    "ROOT/manifest.csv:7: Cannot accept row as class/test/003.Gull/bird_5.jpg must be listed once: " +
    "it is at ROOT/manifest.csv:6 too",
  ],
  [
    "a class that is evaluated must not train",
    (lines) => lines[5] = lines[5]!.replace(/^test,/, "train,"),
    "ROOT/manifest.csv:7: Cannot accept row as a class must be in training or in evaluation: " +
    "003.Gull is in train and test",
  ],
];

for (const [what, edit, message] of EDITS) {
  Deno.test({
    name: `openDataset() refuses a manifest that was edited: ${what}`,
    ignore: needs(...IMAGE_PERMISSIONS),
    fn: () =>
      withCub(async (root, folder) => {
        await convert(root, "cub200");
        const path = join(folder, "manifest.csv");
        const text = await Deno.readTextFile(path);
        const lines = text.split(/\r?\n/);
        edit(lines);
        await Deno.writeTextFile(path, lines.join("\r\n"));
        const open = () => openDataset({ name: "cub200", profile: "mini", dataRoot: root });
        const said = (await inputErrorOf(open, folder)).replaceAll(root, "DATA");
        assertEquals(said, message + REMEDY);
        assertEquals((await convert(root, "cub200")).isUnchanged, false); // the remedy
        assertEquals(await Deno.readTextFile(path), text);
      }),
  });
}

Deno.test({
  name: "openDataset() refuses published datasets of other counts than the published ones",
  ignore: needs("read", "write"),
  fn: () =>
    withFolder(async (root) => {
      const row = (split: "train" | "test", classId: string) => ({
        ...{ split, classId, imagePath: `class/${split}/${classId}/1.jpg` },
        ...{ width: 12, height: 8, sizeBytes: 1, sha256: "0".repeat(64) },
      });
      const folder = join(root, CUB200.folder);
      await Deno.mkdir(folder);
      await writeManifest(folder, [row("train", "a"), row("test", "b")]);
      assertEquals(
        await inputErrorOf(
          () => openDataset({ name: "cub200", profile: "paper", dataRoot: root }),
          root,
        ),
        "ROOT/CUB200/manifest.csv: Cannot open cub200 as train must have 5864 images of 100 classes: " +
          "it has 1 of 1 (5863 images missing, 99 classes missing); test must have 5924 images of 100 classes: " +
          "it has 1 of 1 (5923 images missing, 99 classes missing); " +
          "run `deno task convert --dataset cub200 --profile paper --data-root ROOT`",
      );
    }),
});

Deno.test({
  name:
    "a list may be UTF-16 with its mark; one that is no text, or has an endless line, is told in a line",
  ignore: needs(...IMAGE_PERMISSIONS),
  fn: () =>
    withCub(async (root, folder, original) => {
      const path = join(original, "images.txt");
      const text = await Deno.readTextFile(path);
      const units = Uint16Array.from(`\ufeff${text}`, (character) => character.charCodeAt(0));
      await Deno.writeFile(path, new Uint8Array(units.buffer));
      assertEquals((await convert(root, "cub200")).counts.train?.imageCount, 4);
      await writeText(path, text + "\0".repeat(100_000)); // a download that was cut in a file of its whole size
      assertEquals(
        await inputErrorOf(() => convert(root, "cub200"), folder),
        "ROOT/original/images.txt: Cannot read list as it must be UTF-8, or UTF-16 with a byte-order mark: " +
          "it is UTF-16 without the mark, or no text at all; save it as UTF-8",
      );
      await writeText(path, `<html>${"<p>page ".repeat(50_000)}`);
      assertEquals(
        await inputErrorOf(() => convert(root, "cub200"), folder),
        'ROOT/original/images.txt:1: Cannot parse row as it must be "image_id path": ' +
          `it is "<html>${"<p>page ".repeat(50_000).slice(0, 74)}"...`,
      );
    }),
});
