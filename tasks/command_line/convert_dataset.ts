/** One dataset from its original files to class folders, its CSV included: what convert and reproduce-all share. */

import { join } from "@std/path";
import type { PlacedCounts } from "../../lib/dataset/class_folders.ts";
import type { ConversionSummary } from "../../lib/dataset/conversion.ts";
import { describeCounts } from "../../lib/dataset/counts.ts";
import { convertDataset } from "../../lib/dataset/convert.ts";
import type { DatasetName } from "../../lib/dataset/datasets.ts";
import { storeConversion } from "../../lib/results/rows/conversion_csv.ts";
import { openProgress } from "./progress.ts";
import type { Roots } from "./shared_flags.ts";

/**
 * Converts a dataset and stores `results/convert/<dataset>.csv`.
 *
 * @throws {InputError} If its files are missing, damaged or not the published ones.
 */
export async function convertOne(name: DatasetName, roots: Roots): Promise<void> {
  const { profile, dataRoot, resultsRoot } = roots;
  const progress = openProgress(`convert ${name}`);
  try {
    const summary = await convertDataset({
      name,
      profile,
      dataRoot,
      onProgress: (done, total) => progress.update(done, total),
    });
    await storeConversion(join(resultsRoot, "convert", `${name}.csv`), profile, summary.classes);
    const counts = describeCounts(summary.counts);
    console.log(`${name}: ${counts}${describeWay(summary)}`);
  } finally {
    progress.stop();
  }
}

function describeWay({ isUnchanged, placed, madeOf }: ConversionSummary): string {
  if (isUnchanged) return " (converted already)";
  return madeOf === undefined ? describePlaced(placed) : `; made of ${madeOf}`;
}

function describePlaced(placed: PlacedCounts | null): string {
  if (placed === null) return ", used in place";
  const ways = [
    ...(placed.linked > 0 ? [`${placed.linked} hard links to the originals`] : []),
    ...(placed.copied > 0 ? [`${placed.copied} copies`] : []),
    ...(placed.kept > 0 ? [`${placed.kept} there already`] : []),
  ];
  return `; ${ways.join(", ")}`;
}
