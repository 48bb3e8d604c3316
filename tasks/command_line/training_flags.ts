/** The flags of train, partial and imbalance, and the runs they ask for. */

import { DATASET_NAMES, type DatasetName } from "../../lib/dataset/record.ts";
import type { Setting } from "../../lib/dataset/setting.ts";
import { planRuns } from "../../lib/experiment/plan.ts";
import type { TrainConfig } from "../../lib/train/config.ts";
import { SETTINGS } from "../experiments/experiment.ts";
import { CONFIG_FLAGS, readOverrides } from "./config_flags.ts";
import type { Flag, Flags } from "./flags.ts";
import {
  BACKEND_FLAGS,
  DATASET_FLAG,
  readDataset,
  readRoots,
  readRunAxes,
  ROOT_FLAGS,
  RUN_FLAGS,
} from "./shared_flags.ts";

/** Flags of a task that trains. */
export const TRAINING_FLAGS: readonly Flag[] = [
  DATASET_FLAG,
  ...RUN_FLAGS,
  ...ROOT_FLAGS,
  ...BACKEND_FLAGS,
  ...CONFIG_FLAGS,
];

/** The runs that the flags ask for, in the given settings. */
export async function planFromFlags(
  flags: Flags,
  settings: readonly Setting[],
  datasetNames: readonly DatasetName[] = DATASET_NAMES,
): Promise<TrainConfig[]> {
  const { profile } = readRoots(flags);
  const datasets = [readDataset(flags, datasetNames)];
  const grid = { profile, settings, datasets, ...readRunAxes(flags, profile) };
  return planRuns(grid, SETTINGS[profile], await readOverrides(flags));
}
