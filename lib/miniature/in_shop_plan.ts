/** The miniature IN_SHOP: clothes in `img`, with the list of DeepFashion's In-shop benchmark. */

import { RandomStream } from "../random_stream.ts";
import {
  drawGarmentTraits,
  GARMENT_CATEGORIES,
  garmentDistance,
  type GarmentTraits,
} from "./garment.ts";
import { composeGarmentScene, GARMENT_VIEWS } from "./garment_scene.ts";
import {
  type DatasetPlan,
  drawImageCounts,
  fixtureStream,
  planExpectedCounts,
  planImage,
  type PlannedImage,
  planText,
  spreadTraits,
} from "./plan.ts";
import { FIXTURES_SEED, type Nuisance, type Tuning } from "./tuning.ts";

/** Training items with one image; the original has some 22 of them. */
const SINGLE_IMAGE_CLASS_COUNT = 2;

interface Row {
  readonly path: string;
  readonly item: string;
  readonly split: "train" | "query" | "gallery";
}

/** Plans the miniature; paths start with `img/`, the list is beside it. */
export function planInShop(tuning: Tuning): DatasetPlan {
  const { trainClassCount, testClassCount, nuisance } = tuning;
  const items = spreadTraits(
    "in_shop",
    tuning,
    (stream, classNumber) =>
      drawGarmentTraits(GARMENT_CATEGORIES[classNumber % GARMENT_CATEGORIES.length]!, stream),
    garmentDistance,
  );
  const imageCounts = drawImageCounts("in_shop", tuning);
  imageCounts.fill(1, 0, Math.min(SINGLE_IMAGE_CLASS_COUNT, trainClassCount));
  const numbers = drawItemNumbers(trainClassCount + testClassCount);
  const planned: { row: Row; image: PlannedImage }[] = [];
  items.forEach((traits, c) => {
    const item = `id_${String(numbers[c]).padStart(8, "0")}`;
    for (let i = 0; i < imageCounts[c]!; i++) {
      const path = `img/${traits.category.folder}/${item}/${fileName(i)}`;
      const split = c < trainClassCount ? "train" : i % 2 === 0 ? "query" : "gallery";
      planned.push({
        row: { path, item, split },
        image: planGarment(path, traits, c, i, nuisance),
      });
    }
  });
  planned.sort((a, b) => a.row.path < b.row.path ? -1 : 1);
  const rows = planned.map(({ row }) => row);
  return {
    images: planned.map(({ image }) => image),
    files: [
      planText("list_eval_partition.txt", formatEvalPartition(rows)),
      planExpectedCounts("expected_counts.json", {
        train: countImages(rows, "train"),
        query: countImages(rows, "query"),
        gallery: countImages(rows, "gallery"),
      }),
    ],
  };
}

function planGarment(
  path: string,
  traits: GarmentTraits,
  c: number,
  i: number,
  nuisance: Nuisance,
): PlannedImage {
  const view = GARMENT_VIEWS[i % GARMENT_VIEWS.length]!;
  return planImage(
    path,
    "rgb",
    nuisance,
    () => fixtureStream("in_shop", c + 1, i),
    (stream) => composeGarmentScene(traits, view, nuisance, stream),
  );
}

/** Numbers of the items: those of training and test are mixed, and some numbers are not there. */
function drawItemNumbers(count: number): number[] {
  const stream = RandomStream.named(FIXTURES_SEED, "fixtures/in_shop/items");
  return stream.shuffle(Array.from({ length: count }, (_, i) => 2 + 3 * i));
}

/** `01_1_front.jpg`, ...; after five views the next two digits begin. */
function fileName(i: number): string {
  const set = 1 + Math.floor(i / GARMENT_VIEWS.length);
  return `${String(set).padStart(2, "0")}_${GARMENT_VIEWS[i % GARMENT_VIEWS.length]}.jpg`;
}

/** A row count, a header, and columns that are padded with spaces. */
function formatEvalPartition(rows: readonly Row[]): string {
  const width = Math.max(...rows.map(({ path }) => path.length)) + 8;
  const lines = rows.map(({ path, item, split }) =>
    `${path.padEnd(width)}${item.padEnd(15)}${split}\n`
  );
  return `${rows.length}\nimage_name item_id evaluation_status\n${lines.join("")}`;
}

function countImages(
  rows: readonly Row[],
  split: Row["split"],
): { images: number; classes: number } {
  const some = rows.filter((row) => row.split === split);
  return { images: some.length, classes: new Set(some.map(({ item }) => item)).size };
}
