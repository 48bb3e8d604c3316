/** Miniatures small enough for tests. */

import { DATASET_NAMES, type DatasetName } from "../../lib/dataset/datasets.ts";
import { TUNING, type Tuning } from "../../lib/miniature/tuning.ts";

/** Three training and two test classes of two or three images. */
export function smallTuning(name: DatasetName): Tuning {
  return { ...TUNING[name], trainClassCount: 3, testClassCount: 2, imagesPerClass: [2, 3] };
}

/** The small tuning of every dataset. */
export const SMALL_TUNING: Readonly<Partial<Record<DatasetName, Tuning>>> = Object.fromEntries(
  DATASET_NAMES.map((name) => [name, smallTuning(name)]),
);
