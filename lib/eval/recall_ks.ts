/** The K of Recall@K, per dataset. */

import type { DatasetName } from "../dataset/record.ts";

/** The published choices. */
export const RECALL_KS: Readonly<Record<DatasetName, readonly number[]>> = {
  cub200: [1, 2, 4, 8],
  cars196: [1, 2, 4, 8],
  sop: [1, 10, 100, 1000],
  in_shop: [1, 10, 20, 30, 40, 50],
};

/** The K of a dataset; a dataset of class folders is reported as CUB is. */
export function recallKs(dataset: string): readonly number[] {
  return Object.hasOwn(RECALL_KS, dataset) ? RECALL_KS[dataset as DatasetName] : RECALL_KS.cub200;
}
