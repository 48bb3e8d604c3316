import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  DATASET_NAMES,
  DATASETS,
  datasetsWithSetting,
  findDataset,
  isDatasetName,
  traitsOf,
} from "../../lib/dataset/datasets.ts";
import { describeRemedy } from "../../lib/dataset/remedy.ts";
import { UsageError } from "../../lib/errors.ts";

Deno.test("every dataset has the splits, counts and K that were published", () => {
  // METHOD and DATASETS of the project's description: images / classes of each split.
  const published = DATASETS.map(({ name, counts, recallKs }) => {
    const splits = Object.entries(counts)
      .map(([split, { imageCount, classCount }]) => `${split} ${imageCount} / ${classCount}`);
    return `${name}: ${splits.join(", ")}; K ${recallKs.join(" ")}`;
  });
  assertEquals(published, [
    "cub200: train 5864 / 100, test 5924 / 100; K 1 2 4 8",
    "cars196: train 8054 / 98, test 8131 / 98; K 1 2 4 8",
    "sop: train 59551 / 11318, test 60502 / 11316; K 1 10 100 1000",
    "in_shop: train 25882 / 3997, query 14218 / 3985, gallery 12612 / 3985; K 1 10 20 30 40 50",
  ]);
});

Deno.test("datasets differ in name, title and folder, and every one has the full setting", () => {
  for (const field of ["name", "title", "folder"] as const) {
    assertEquals(new Set(DATASETS.map((dataset) => dataset[field])).size, DATASETS.length, field);
  }
  assertEquals(datasetsWithSetting("full"), [...DATASET_NAMES]);
  assertEquals(datasetsWithSetting("partial"), ["cub200", "cars196"]);
  assertEquals(datasetsWithSetting("imbalance"), ["cub200", "cars196"]);
});

Deno.test("checksums of published files are whole MD5 sums", () => {
  const files = DATASETS.flatMap(({ published }) => [
    ...published.files,
    ...published.olderFiles ?? [],
  ]);
  assert(files.length >= 10);
  for (const { name, md5 } of files) {
    if (md5 !== undefined) assert(/^[0-9a-f]{32}$/.test(md5), name);
  }
});

Deno.test("findDataset() names the nearest of an unknown name", () => {
  assertEquals(findDataset("cub200").title, "CUB-200-2011");
  assertEquals(
    assertThrows(() => findDataset("cub20"), UsageError).message,
    `Cannot find dataset as it must be one of ${DATASET_NAMES.join(", ")}: ` +
      'it is "cub20" (did you mean cub200?)',
  );
});

Deno.test("class folders are titled by their name and reported as CUB is, whatever the name", () => {
  for (const name of ["birds", "toString", "__proto__", "constructor"]) {
    assertEquals(isDatasetName(name), false);
    assertEquals(traitsOf(name), {
      title: name,
      recallKs: [1, 2, 4, 8],
      settings: ["full", "partial", "imbalance"],
    });
  }
  assertEquals(traitsOf("sop").recallKs, [1, 10, 100, 1000]);
});

Deno.test("describeRemedy() says what to download and where to unpack it", () => {
  const at = (dataRoot: string) =>
    describeRemedy(findDataset("sop"), { profile: "mini", dataRoot });
  assertEquals(at("data"), "run `deno task fixtures`");
  assertEquals(at("/disk/data"), "run `deno task fixtures --data-root /disk/data`");
  assertEquals(at("it's mine"), "run `deno task fixtures --data-root 'it'\\''s mine'`");
  assertEquals(
    describeRemedy(findDataset("sop"), { profile: "paper", dataRoot: "data" }),
    "download Stanford Online Products (Stanford_Online_Products.zip) and unpack it in SOP/original " +
      "below the data root",
  );
  assertEquals(
    describeRemedy(findDataset("in_shop"), { profile: "paper", dataRoot: "data" }),
    "download DeepFashion In-shop Clothes Retrieval (img.zip, list_eval_partition.txt) and unpack it " +
      "in IN_SHOP below the data root",
  );
});
