/** A finished run of four epochs, made up, so that its rows and files can be looked at. */

import type { Backend } from "../../lib/backend/backend.ts";
import { runFolder } from "../../lib/experiment/run_folder.ts";
import { type FinishedRun, storeEpochs } from "../../lib/experiment/store_run.ts";
import type { TrainConfig } from "../../lib/train/config.ts";
import { formatRunId } from "../../lib/train/run_id.ts";
import { smallConfig } from "../support/train_config.ts";

const BACKEND: Backend = {
  name: "cpu",
  version: "4.22.0",
  device: "a device",
  deviceKind: "cpu",
  threads: 1,
  precision: "float32",
  isDeterministic: true,
};
/** Of its data. */
export const DATA_HASH = "ab".repeat(32);

/** Four epochs; the third was not evaluated. Recall@1 is best on the test set after the second, held out after the last. */
export const HISTORY: FinishedRun["history"] = [
  record(0, null, 20, 30, 0),
  record(1, 9, 40, 50, 2),
  record(2, 8, 60, 55, 2),
  { ...record(3, 7, 0, 0, 2), evaluation: null },
  record(4, 6, 50, 70, 3),
];

function record(
  epoch: number,
  meanLoss: number | null,
  recall: number,
  heldOut: number,
  trainSeconds: number,
): FinishedRun["history"][number] {
  const recallAtK = [1, 2, 4, 8].map((k) => ({ k, percent: recall + k }));
  return {
    epoch,
    meanLoss,
    learningRateFactor: epoch === 0 ? null : 1 / epoch,
    evaluation: {
      test: { recallAtK, mapAtR: 11, rPrecision: 12, queryCount: 90, leftOutCount: 1 },
      testRecallAt1: recall + 1,
      heldOutRecallAt1: heldOut,
      seconds: 0.5,
    },
    trainSeconds,
    imagesPerSecond: epoch === 0 ? null : 100 / trainSeconds,
  };
}

/** A run whose epochs are stored, in a results root of its own. */
export async function finishRun(
  root: string,
  changes: Partial<TrainConfig> = {},
): Promise<FinishedRun> {
  const config = smallConfig({ epochCount: 4, ...changes });
  const folder = runFolder(root, formatRunId(config));
  await Deno.mkdir(folder.path, { recursive: true });
  await storeEpochs(config, folder, HISTORY);
  const dataset: FinishedRun["dataset"] = {
    name: config.dataset,
    folder: "nowhere",
    remedy: "none",
    dataHash: DATA_HASH,
    train: [],
    trainClasses: [],
    evaluation: { kind: "self", images: [] },
  };
  return {
    config,
    resultsRoot: root,
    backend: BACKEND,
    folder,
    dataset,
    history: HISTORY,
    weights: {},
    weightsName: null,
    keepsRows: false,
    energyJoules: null,
  };
}
