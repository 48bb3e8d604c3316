/** Miniatures of a few images, drawn and converted, for tests that run the whole data flow. */

import { convertDataset } from "../../lib/dataset/convert.ts";
import { drawFixtures } from "../../lib/miniature/draw_fixtures.ts";
import type { DatasetName } from "../../lib/dataset/datasets.ts";
import { TUNING } from "../../lib/miniature/tuning.ts";

/** Training classes of a small miniature. */
export const SMALL_CLASS_COUNT = 5;

/** Draws and converts small miniatures below `dataRoot`. */
export async function makeSmallMiniatures(
  dataRoot: string,
  datasets: readonly DatasetName[],
): Promise<void> {
  for (const name of datasets) {
    const counts = {
      trainClassCount: SMALL_CLASS_COUNT,
      testClassCount: 2,
      imagesPerClass: [3, 4],
    } as const;
    const tuning = { [name]: { ...TUNING[name], ...counts } };
    await drawFixtures({ dataRoot, datasets: [name], tuning });
    await convertDataset({ name, profile: "mini", dataRoot });
  }
}
