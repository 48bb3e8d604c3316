/** Miniatures small enough for tests. */

import type { DatasetName } from "../../lib/dataset/datasets.ts";
import { TUNING, type Tuning } from "../../lib/miniature/tuning.ts";

/** Three training and two test classes of two or three images. */
export function smallTuning(name: DatasetName): Tuning {
  return { ...TUNING[name], trainClassCount: 3, testClassCount: 2, imagesPerClass: [2, 3] };
}

/** The small tuning of every dataset. */
export const SMALL_TUNING: Readonly<Record<DatasetName, Tuning>> = {
  cub200: smallTuning("cub200"),
  cars196: smallTuning("cars196"),
  sop: smallTuning("sop"),
  in_shop: smallTuning("in_shop"),
};
