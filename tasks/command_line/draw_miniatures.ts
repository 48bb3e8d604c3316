/** The miniature datasets, with progress: what fixtures and reproduce-all share. */

import { drawFixtures, type FixtureSummary } from "../../lib/miniature/draw_fixtures.ts";
import type { DatasetName } from "../../lib/dataset/datasets.ts";
import { openProgress } from "./progress.ts";

/** Draws the miniatures that are not there yet. */
export async function drawMiniatures(
  dataRoot: string,
  datasets?: readonly DatasetName[],
): Promise<FixtureSummary[]> {
  const progress = openProgress("fixtures");
  try {
    return await drawFixtures({
      dataRoot,
      datasets,
      onProgress: ({ dataset, doneCount, totalCount }) =>
        progress.update(doneCount, totalCount, dataset),
    });
  } finally {
    progress.stop();
  }
}
