/** The flags of train, partial and imbalance, and the runs they ask for. */

import { datasetsWithSetting } from "../../lib/dataset/datasets.ts";
import type { Setting } from "../../lib/dataset/setting.ts";
import { planRuns } from "../../lib/experiment/plan.ts";
import { SETTINGS } from "../experiments/experiment.ts";
import type { RunPlan } from "./carry_out_runs.ts";
import type { FolderUse } from "./check_access.ts";
import { CACHE_FLAG } from "./cache_flag.ts";
import { CONFIG_FLAGS, readOverrides } from "./config_flags.ts";
import type { Flag, Flags } from "./flags.ts";
import { FOLDER_DATASET, FOLDER_FLAGS, readDatasetOrFolders } from "./folder_flags.ts";
import { findPretrainedFiles, WEIGHTS_FLAG } from "./pretrained_flags.ts";
import {
  BACKEND_FLAGS,
  datasetFlag,
  readBackendChoice,
  readRoots,
  readRunAxes,
  resultsToWrite,
  ROOT_FLAGS,
  rootsToWrite,
  RUN_FLAGS,
} from "./shared_flags.ts";
import { takeShard } from "../../lib/shard.ts";
import { readShard, SHARD_FLAGS } from "./shard_flag.ts";
import { withPrecision } from "../../lib/train/config.ts";

/** Flags of a task that trains in a setting: `--dataset` names the datasets that have it, and class folders. */
export function trainingFlags(kind: Setting["kind"]): readonly Flag[] {
  return [
    datasetFlag([
      ...datasetsWithSetting(kind),
      "or folder for class folders of yours (--train, --test)",
    ]),
    ...FLAGS_OF_ALL,
    ...FOLDER_FLAGS,
  ];
}

const FLAGS_OF_ALL: readonly Flag[] = [
  ...RUN_FLAGS,
  ...ROOT_FLAGS,
  ...BACKEND_FLAGS,
  CACHE_FLAG,
  WEIGHTS_FLAG,
  ...CONFIG_FLAGS,
  ...SHARD_FLAGS,
];

/** Folders of a task that trains: results, and the data root where manifests of class folders are kept. */
export function foldersOfRuns(flags: Flags): FolderUse[] {
  return flags.text("train") === undefined ? resultsToWrite(flags) : rootsToWrite(flags);
}

/** The runs that the flags ask for, in settings of a kind. Class folders have the settings of CUB200. */
export async function planFromFlags(
  flags: Flags,
  kind: Setting["kind"],
  settings: readonly Setting[],
): Promise<RunPlan> {
  const { profile } = readRoots(flags);
  const { name, folders } = readDatasetOrFolders(flags, [
    ...datasetsWithSetting(kind, profile),
    FOLDER_DATASET,
  ]);
  const settingsOf = folders ? { [name]: SETTINGS[profile].cub200 } : SETTINGS[profile];
  const grid = { profile, settings, datasets: [name], ...readRunAxes(flags, profile) };
  const pretrained = await findPretrainedFiles(grid.backbones, flags);
  const { precision } = readBackendChoice(flags).options;
  const configs = planRuns(grid, settingsOf, await readOverrides(flags), pretrained.hashOf)
    .map((config) => withPrecision(config, precision));
  return {
    configs: takeShard(configs, readShard(flags)),
    pretrainedPaths: pretrained.paths,
    folders,
  };
}
