/** Runs of a second on small miniatures, for tests of what runs leave behind. */

import { openBackend } from "../../lib/backend/open_backend.ts";
import type { DatasetName } from "../../lib/dataset/datasets.ts";
import { executeRun } from "../../lib/experiment/execute_run.ts";
import type { ResultRow } from "../../lib/results/rows/row.ts";
import type { TrainConfig } from "../../lib/train/config.ts";
import { makeSmallMiniatures } from "../support/small_miniatures.ts";
import { testInFolder } from "../support/temporary_folder.ts";
import { smallConfig } from "../support/train_config.ts";

/** A test with its own data and results; skipped where sharp cannot be loaded. */
export function testRuns(
  name: string,
  datasets: readonly DatasetName[],
  fn: (root: string) => Promise<void>,
) {
  testInFolder(name, async (root) => {
    await makeSmallMiniatures(`${root}/data`, datasets);
    await fn(root);
  }, ["ffi", "sys", "env"]);
}

/** Two of the five classes in a batch. */
export function tinyRun(changes: Partial<TrainConfig> = {}): TrainConfig {
  return smallConfig({ classesPerBatch: 2, imagesPerClass: 2, epochCount: 2, ...changes });
}

/** Carries a run out on wasm, in folders below a root. */
export async function run(
  root: string,
  config: TrainConfig,
  results = "results",
): Promise<ResultRow[]> {
  const { backend } = await openBackend("wasm");
  const roots = { dataRoot: `${root}/data`, resultsRoot: `${root}/${results}` };
  return await executeRun({ config, backend, pretrained: null, ...roots });
}

/** A row without what was measured. */
export function withoutTimes(row: ResultRow) {
  const measured = { wall_seconds: 0, images_per_second: 0, evaluation_seconds: 0 };
  return { ...row, ...measured, peak_memory_bytes: 0, energy_joules: null };
}
