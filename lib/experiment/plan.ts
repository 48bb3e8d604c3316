/** The list of runs that an experiment consists of, in its fixed order. */

import type { DatasetName, Profile } from "../dataset/record.ts";
import type { Protocol } from "../dataset/protocol.ts";
import type { Setting } from "../dataset/setting.ts";
import type { LossName } from "../loss/loss.ts";
import type { TrainConfig } from "../train/config.ts";
import type { Overrides } from "./config_fields.ts";
import { type ExperimentSettings, resolveConfig } from "./settings.ts";

/** The axes of an experiment; every combination is a run. */
export interface Grid {
  readonly profile: Profile;
  readonly settings: readonly Setting[];
  /** Names of `DATASET_NAMES`, or that of class folders. */
  readonly datasets: readonly string[];
  readonly protocols: readonly Protocol[];
  readonly backbones: readonly string[];
  readonly losses: readonly LossName[];
  readonly seeds: readonly number[];
}

/** Datasets of the partial and imbalance settings. */
export const SUBSET_DATASETS = ["cub200", "cars196"] as const satisfies readonly DatasetName[];

/**
 * Every run of a grid, axis by axis in the order of its fields; partial and imbalance only for the datasets that have them.
 *
 * @param settingsOf What the experiment fixes for each dataset of the grid.
 * @param overrides Values that replace those.
 * @param pretrainedHashOf SHA-256 of the pretrained weights of a backbone, or `null`.
 */
export function planRuns(
  grid: Grid,
  settingsOf: Readonly<Record<string, ExperimentSettings>>,
  overrides: Overrides = {},
  pretrainedHashOf: (backbone: string) => string | null = () => null,
): TrainConfig[] {
  const { profile } = grid;
  const choices = grid.settings.flatMap((setting) =>
    grid.datasets.filter((dataset) => hasSetting(dataset, setting)).flatMap((dataset) =>
      grid.protocols.flatMap((protocol) =>
        grid.backbones.flatMap((backbone) =>
          grid.losses.flatMap((loss) =>
            grid.seeds.map((seed) => ({
              profile,
              dataset,
              setting,
              protocol,
              loss,
              backbone,
              seed,
            }))
          )
        )
      )
    )
  );
  return choices.map((choice) => {
    const pretrainedHash = pretrainedHashOf(choice.backbone);
    return resolveConfig(settingsOf[choice.dataset]!, { ...choice, pretrainedHash }, overrides);
  });
}

function hasSetting(dataset: string, setting: Setting): boolean {
  return setting.kind === "full" || SUBSET_DATASETS.some((name) => name === dataset);
}
