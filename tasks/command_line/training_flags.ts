/** The flags of train, partial and imbalance, and the runs they ask for. */

import { DATASET_NAMES } from "../../lib/dataset/datasets.ts";
import type { Setting } from "../../lib/dataset/setting.ts";
import { planRuns } from "../../lib/experiment/plan.ts";
import { SETTINGS } from "../experiments/experiment.ts";
import type { RunPlan } from "./carry_out_runs.ts";
import { CONFIG_FLAGS, readOverrides } from "./config_flags.ts";
import type { Flag, Flags } from "./flags.ts";
import { FOLDER_DATASET, readFolderName, readFolders } from "./folder_flags.ts";
import { findPretrainedFiles, WEIGHTS_FLAG } from "./pretrained_flags.ts";
import {
  BACKEND_FLAGS,
  DATASET_FLAG,
  readBackendChoice,
  readDataset,
  readRoots,
  readRunAxes,
  ROOT_FLAGS,
  RUN_FLAGS,
} from "./shared_flags.ts";
import { withPrecision } from "../../lib/train/config.ts";
import { UsageError } from "../../lib/errors.ts";

/** Flags of a task that trains. */
export const TRAINING_FLAGS: readonly Flag[] = [
  DATASET_FLAG,
  ...RUN_FLAGS,
  ...ROOT_FLAGS,
  ...BACKEND_FLAGS,
  WEIGHTS_FLAG,
  ...CONFIG_FLAGS,
];

/** Datasets of `train`: the paper's and class folders. */
const TRAIN_DATASETS = [...DATASET_NAMES, FOLDER_DATASET] as const;

/** The runs that the flags ask for, in the given settings. Class folders have the settings of CUB200. */
export async function planFromFlags(
  flags: Flags,
  settings: readonly Setting[],
  datasetNames: readonly typeof TRAIN_DATASETS[number][] = TRAIN_DATASETS,
): Promise<RunPlan> {
  const { profile } = readRoots(flags);
  const dataset = readDataset(flags, datasetNames);
  const folders = readFolders(flags);
  if ((dataset === FOLDER_DATASET) !== (folders !== undefined)) {
    throw new UsageError(
      "Cannot use class folders as --dataset folder and --train DIR --test DIR must be given together: " +
        (folders ? `--dataset is ${dataset}` : "--train and --test are missing"),
    );
  }
  const name = folders ? readFolderName(flags, folders) : dataset;
  const settingsOf = dataset === FOLDER_DATASET
    ? { [name]: SETTINGS[profile].cub200 }
    : SETTINGS[profile];
  const grid = { profile, settings, datasets: [name], ...readRunAxes(flags, profile) };
  const pretrained = await findPretrainedFiles(grid.backbones, flags);
  const { precision } = readBackendChoice(flags).options;
  const configs = planRuns(grid, settingsOf, await readOverrides(flags), pretrained.hashOf)
    .map((config) => withPrecision(config, precision));
  return { configs, pretrainedPaths: pretrained.paths, folders };
}
