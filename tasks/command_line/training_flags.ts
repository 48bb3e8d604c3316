/** The flags of train, partial and imbalance, and the runs they ask for. */

import type { Setting } from "../../lib/dataset/setting.ts";
import { planRuns } from "../../lib/experiment/plan.ts";
import { SETTINGS } from "../experiments/experiment.ts";
import type { RunPlan } from "./carry_out_runs.ts";
import { CONFIG_FLAGS, readOverrides } from "./config_flags.ts";
import type { Flag, Flags } from "./flags.ts";
import { type DatasetOrFolder, DATASETS_AND_FOLDER, readDatasetOrFolders } from "./folder_flags.ts";
import { findPretrainedFiles, WEIGHTS_FLAG } from "./pretrained_flags.ts";
import {
  BACKEND_FLAGS,
  DATASET_FLAG,
  readBackendChoice,
  readRoots,
  readRunAxes,
  ROOT_FLAGS,
  RUN_FLAGS,
} from "./shared_flags.ts";
import { withPrecision } from "../../lib/train/config.ts";

/** Flags of a task that trains. */
export const TRAINING_FLAGS: readonly Flag[] = [
  DATASET_FLAG,
  ...RUN_FLAGS,
  ...ROOT_FLAGS,
  ...BACKEND_FLAGS,
  WEIGHTS_FLAG,
  ...CONFIG_FLAGS,
];

/** The runs that the flags ask for, in the given settings. Class folders have the settings of CUB200. */
export async function planFromFlags(
  flags: Flags,
  settings: readonly Setting[],
  datasetNames: readonly DatasetOrFolder[] = DATASETS_AND_FOLDER,
): Promise<RunPlan> {
  const { profile } = readRoots(flags);
  const { name, folders } = readDatasetOrFolders(flags, datasetNames);
  const settingsOf = folders ? { [name]: SETTINGS[profile].cub200 } : SETTINGS[profile];
  const grid = { profile, settings, datasets: [name], ...readRunAxes(flags, profile) };
  const pretrained = await findPretrainedFiles(grid.backbones, flags);
  const { precision } = readBackendChoice(flags).options;
  const configs = planRuns(grid, settingsOf, await readOverrides(flags), pretrained.hashOf)
    .map((config) => withPrecision(config, precision));
  return { configs, pretrainedPaths: pretrained.paths, folders };
}
