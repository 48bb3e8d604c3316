/** Images of a dataset, for what its runs will take. */

import { countSplits, type DatasetCounts } from "../../lib/dataset/counts.ts";
import { countsOf, type DatasetName, findDataset } from "../../lib/dataset/datasets.ts";
import { readManifest } from "../../lib/dataset/manifest.ts";
import { datasetFolder } from "../../lib/dataset/open_dataset.ts";
import type { Roots } from "./shared_flags.ts";

/** Counts of a dataset that is here; else as published. */
export async function readCounts(
  name: string,
  { dataRoot, profile }: Roots,
): Promise<DatasetCounts> {
  const manifest = await readManifest(datasetFolder(dataRoot, profile, name as DatasetName));
  return manifest
    ? countSplits(manifest.rows)
    : countsOf(findDataset(name), profile) ?? findDataset(name).counts;
}
