import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { DATASET_NAMES } from "../../lib/dataset/datasets.ts";
import { hashManifest, writeManifest } from "../../lib/dataset/manifest.ts";
import { datasetFolder, openDataset } from "../../lib/dataset/open_dataset.ts";
import type { ImageRecord, Split } from "../../lib/dataset/record.ts";
import { hashBytes } from "../../lib/file/hash.ts";
import { UsageError } from "../../lib/errors.ts";
import { needs } from "../support/permissions.ts";
import {
  IMAGE_PERMISSIONS,
  inputErrorOf,
  TINY_SHOP_COUNTS,
  withFolder,
  writeText,
  writeTinyShop,
} from "../support/tiny_originals.ts";
import { convert, withCub } from "./tiny_conversion.ts";

const ignore = needs(...IMAGE_PERMISSIONS);
const open = (dataRoot: string, name: string, profile: "mini" | "paper" = "mini") =>
  openDataset({ name, profile, dataRoot });
const describe = ({ imagePath, classIndex }: ImageRecord) =>
  `${classIndex} ${imagePath.replace(/^.*\/(?=.*\/)/, "")}`;

Deno.test({
  name: "openDataset() gives sorted records whose class indices follow the sorted folders",
  ignore,
  fn: () =>
    withCub(async (root, folder) => {
      await convert(root, "cub200");
      const dataset = await open(root, "cub200");
      assertEquals([dataset.name, dataset.folder], ["cub200", folder]);
      assertEquals([...dataset.trainClasses], ["001.Auk", "002.Wren"]);
      assertEquals(dataset.train.map(describe), [
        "0 001.Auk/bird_1.jpg",
        "0 001.Auk/bird_2.jpg",
        "1 002.Wren/bird_3.jpg",
        "1 002.Wren/bird_4.jpg",
      ]);
      assertEquals(dataset.evaluation.kind, "self");
      const images = dataset.evaluation.kind === "self" ? dataset.evaluation.images : [];
      assertEquals(images.map(describe), [
        "0 003.Gull/bird_5.jpg",
        "0 003.Gull/bird_6.jpg",
        "1 004.Crow/bird_7.jpg",
        "1 004.Crow/bird_8.jpg",
      ]);
      const path = "class/train/001.Auk/bird_1.jpg";
      assertEquals(dataset.train[0], {
        imagePath: path,
        classId: "001.Auk",
        classIndex: 0,
        split: "train",
        width: 12,
        height: 8,
        sizeBytes: (await Deno.stat(join(folder, path))).size,
        sha256: hashBytes(await Deno.readFile(join(folder, path))),
      });
      assertEquals(dataset.dataHash, await hashManifest(folder));
      assertEquals(dataset.dataHash.length, 64);
    }),
});

Deno.test({
  name: "openDataset() gives queries and gallery of IN_SHOP the same class indices",
  ignore,
  fn: () =>
    withFolder(async (root) => {
      await writeTinyShop(join(root, "mini/IN_SHOP"));
      await writeText(join(root, "mini/IN_SHOP/expected_counts.json"), TINY_SHOP_COUNTS);
      await convert(root, "in_shop");
      const { evaluation } = await open(root, "in_shop");
      assertEquals(evaluation.kind, "query_gallery");
      if (evaluation.kind !== "query_gallery") return;
      assertEquals(evaluation.queries.map(describe), [
        "0 id_00000003/05_front.jpg",
        "1 id_00000004/07_front.jpg",
      ]);
      assertEquals(evaluation.gallery.map(describe), [
        "0 id_00000003/06_front.jpg",
        "1 id_00000004/08_front.jpg",
      ]);
    }),
});

Deno.test({
  name: "openDataset() numbers the classes of queries and gallery together, in sorted order",
  ignore: needs("read", "write"),
  fn: () =>
    withFolder(async (root) => {
      const row = (split: Split, classId: string) => ({
        ...{ split, classId, imagePath: `img/${classId}/${split}.jpg` },
        ...{ width: 12, height: 8, sizeBytes: 1, sha256: "0".repeat(64) },
      });
      const rows = [row("train", "b"), row("query", "c"), row("gallery", "a"), row("gallery", "c")];
      const folder = join(root, "mini/IN_SHOP");
      for (const { imagePath } of rows) await writeText(join(folder, imagePath), "x");
      await writeManifest(folder, rows);
      const { evaluation } = await open(root, "in_shop");
      if (evaluation.kind !== "query_gallery") throw new Error(evaluation.kind);
      assertEquals(evaluation.queries.map(describe), ["1 c/query.jpg"]);
      assertEquals(evaluation.gallery.map(describe), ["0 a/gallery.jpg", "1 c/gallery.jpg"]);
    }),
});

Deno.test({
  name: "openDataset() says which command converts what is not converted",
  ignore,
  fn: () =>
    withCub(async (root, folder) => {
      assertEquals(
        (await inputErrorOf(() => open(root, "cub200"), folder)).replaceAll(root, "DATA"),
        "ROOT/manifest.csv: Cannot open cub200 as it must be converted: the file is missing; " +
          "run `deno task convert --dataset cub200 --data-root DATA`",
      );
    }),
});

Deno.test({
  name: "openDataset() says which commands make a miniature, and what to download otherwise",
  ignore,
  fn: () =>
    withFolder(async (root) => {
      assertEquals(
        await inputErrorOf(() => open(root, "sop"), root),
        "ROOT/mini/SOP/manifest.csv: Cannot open sop as it must be converted: the file is missing; " +
          "run `deno task fixtures --data-root ROOT`, then run `deno task convert --dataset sop --data-root ROOT`",
      );
      assertEquals(
        await inputErrorOf(() => open(root, "sop", "paper"), root),
        "ROOT/SOP/manifest.csv: Cannot open sop as it must be converted: the file is missing; " +
          "download Stanford Online Products (Stanford_Online_Products.zip) and unpack it in SOP/original " +
          "below the data root, then run " +
          "`deno task convert --dataset sop --profile paper --data-root ROOT`",
      );
    }),
});

Deno.test({
  name: "openDataset() names the image that has another size than the manifest says",
  ignore,
  fn: () =>
    withCub(async (root, folder) => {
      await convert(root, "cub200");
      const path = join(folder, "class/test/004.Crow/bird_7.jpg");
      const { size } = await Deno.stat(path);
      await Deno.truncate(path, size - 1);
      assertEquals(
        (await inputErrorOf(() => open(root, "cub200"), folder)).replaceAll(root, "DATA"),
        `ROOT/class/test/004.Crow/bird_7.jpg: Cannot open cub200 as the file must have the ${size} bytes ` +
          `of the manifest: it has ${
            size - 1
          }; run \`deno task convert --dataset cub200 --data-root DATA\``,
      );
    }),
});

Deno.test({
  name: "openDataset() names the image that is missing",
  ignore,
  fn: () =>
    withCub(async (root, folder) => {
      await convert(root, "cub200");
      await Deno.remove(join(folder, "class/train/002.Wren"), { recursive: true });
      assertEquals(
        (await inputErrorOf(() => open(root, "cub200"), folder)).replaceAll(root, "DATA"),
        "ROOT/class/train/002.Wren/bird_3.jpg: Cannot open cub200 as the file must exist: it is missing; " +
          "run `deno task convert --dataset cub200 --data-root DATA`",
      );
    }),
});

Deno.test({
  name: "openDataset() names the line of a damaged manifest",
  ignore,
  fn: () =>
    withCub(async (root, folder) => {
      await convert(root, "cub200");
      const path = join(folder, "manifest.csv");
      const text = await Deno.readTextFile(path);
      await Deno.writeTextFile(path, text.slice(0, text.length - 10));
      const message = await inputErrorOf(() => open(root, "cub200"), folder);
      assertEquals(
        message.slice(0, message.indexOf("it is")),
        message.match(/^ROOT\/manifest\.csv:9: /)![0] +
          'Cannot parse row as it must be "split,class_id,image_path,width,height,size_bytes,sha256": ',
      );
      assertEquals((await convert(root, "cub200")).isUnchanged, false);
      assertEquals(await Deno.readTextFile(path), text);
    }),
});

Deno.test("datasetFolder() is below mini/ for the miniatures only", () => {
  assertEquals(datasetFolder("data", "mini", "in_shop"), "data/mini/IN_SHOP");
  assertEquals(datasetFolder("data", "paper", "cub200"), "data/CUB200");
});

Deno.test("datasetFolder() names the nearest dataset", () => {
  assertEquals(
    assertThrows(() => datasetFolder("data", "mini", "cub"), UsageError).message,
    `Cannot find dataset as it must be one of ${DATASET_NAMES.join(", ")}: ` +
      'it is "cub" (did you mean cub200?)',
  );
});
