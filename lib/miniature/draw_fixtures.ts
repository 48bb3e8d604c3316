/** Draws the miniature datasets, in the layouts their originals are distributed in. */

import { DATASET_NAMES, type DatasetName } from "../dataset/datasets.ts";
import { datasetFolder } from "../dataset/open_dataset.ts";
import { planCars196 } from "./cars196_plan.ts";
import { planCub200 } from "./cub200_plan.ts";
import { drawPlan } from "./draw_plan.ts";
import { planInShop } from "./in_shop_plan.ts";
import type { DatasetPlan } from "./plan.ts";
import { planSop } from "./sop_plan.ts";
import { FIXTURES_SEED, FIXTURES_VERSION, TUNING, type Tuning } from "./tuning.ts";

/** Every dataset has a miniature. */
const PLANS: Readonly<Record<DatasetName, (tuning: Tuning) => DatasetPlan>> = {
  cub200: planCub200,
  cars196: (tuning) => planCars196(tuning, "old"),
  sop: planSop,
  in_shop: planInShop,
};

/** Progress of {@linkcode drawFixtures}, after each image. */
export interface FixturesProgress {
  readonly dataset: DatasetName;
  readonly doneCount: number;
  readonly totalCount: number;
}

/** Options of {@linkcode drawFixtures}. */
export interface DrawFixturesOptions {
  /** Data root; the miniatures come below its `mini/`. */
  readonly dataRoot: string;
  /** Which ones. @default {all of them} */
  readonly datasets?: readonly DatasetName[];
  /** Other sizes or difficulties than {@linkcode TUNING}; for tests. */
  readonly tuning?: Partial<Readonly<Record<DatasetName, Tuning>>>;
  readonly onProgress?: (progress: FixturesProgress) => void;
}

/** What {@linkcode drawFixtures} did for one dataset. */
export interface FixtureSummary {
  readonly dataset: DatasetName;
  /** Folder of the miniature. */
  readonly folder: string;
  readonly imageCount: number;
  /** False if everything was there already. */
  readonly isDrawn: boolean;
}

/**
 * Draws the miniatures that are not there yet, in `<dataRoot>/mini/<FOLDER>`: in its `original` folder, IN_SHOP in
 * place, each with an `expected_counts.json`. The same version of this code gives the same bytes.
 *
 * @throws {InputError} If a file cannot be written.
 */
export async function drawFixtures(options: DrawFixturesOptions): Promise<FixtureSummary[]> {
  const { dataRoot, datasets = DATASET_NAMES, onProgress } = options;
  const summaries: FixtureSummary[] = [];
  for (const dataset of datasets) {
    const folder = datasetFolder(dataRoot, "mini", dataset);
    const tuning = options.tuning?.[dataset] ?? TUNING[dataset];
    const result = await drawPlan({
      folder,
      key: JSON.stringify({ version: FIXTURES_VERSION, seed: FIXTURES_SEED, tuning }),
      plan: () => PLANS[dataset](tuning),
      onProgress: (doneCount, totalCount) => onProgress?.({ dataset, doneCount, totalCount }),
    });
    summaries.push({ dataset, folder, ...result });
  }
  return summaries;
}
