/** The list of runs that an experiment consists of, in its fixed order. */

import { traitsOf } from "../dataset/datasets.ts";
import type { Profile } from "../dataset/record.ts";
import type { Protocol } from "../dataset/protocol.ts";
import type { Setting } from "../dataset/setting.ts";
import type { LossName } from "../loss/losses.ts";
import type { TrainConfig } from "../train/config.ts";
import { hashConfig } from "../train/run_id.ts";
import type { Overrides } from "./config_fields.ts";
import { checkLossParameters, overridesOfLoss } from "./loss_overrides.ts";
import { type ExperimentSettings, resolveConfig, type RunChoice } from "./settings.ts";

const HELD_OUT_SHARE = "held-out-share";

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
  /**
   * Shares of the training classes that protocol `corrected` holds out, each for runs of its own; those of the settings where
   * left out. Runs with 0 train on all classes.
   */
  readonly heldOutShares?: readonly number[];
  /** Values of losses' hyperparameters, each for runs of its own, in place of the settings'. */
  readonly lossParameters?: Overrides;
}

/**
 * Every run of a grid, axis by axis in the order of its fields; partial and imbalance only for the datasets that have them.
 *
 * Several values of a loss's hyperparameter are an axis behind the losses. Choices that come to the same configuration
 * are one run, at the place of the first: a rate of 1 is the full setting.
 *
 * @param settingsOf What the experiment fixes for each dataset of the grid.
 * @param overrides Values that replace those; a hyperparameter replaces that of the losses that have it.
 * @param pretrainedHashOf SHA-256 of the pretrained weights of a backbone, or `null`.
 * @throws {UsageError} If an override breaks a rule, or is a hyperparameter of no loss of the grid.
 */
export function planRuns(
  grid: Grid,
  settingsOf: Readonly<Record<string, ExperimentSettings>>,
  overrides: Overrides = {},
  pretrainedHashOf: (backbone: string) => string | null = () => null,
): TrainConfig[] {
  checkLossParameters(grid.losses, overrides);
  const all = { ...grid.lossParameters, ...overrides };
  const configs = listChoices(grid).flatMap((choice) => {
    const pretrainedHash = pretrainedHashOf(choice.backbone);
    return overridesOfLoss(choice.loss, all).flatMap((replaced) =>
      withHeldOutShares(grid, replaced).flatMap((shared) =>
        grid.seeds.map((seed) =>
          resolveConfig(settingsOf[choice.dataset]!, { ...choice, seed, pretrainedHash }, shared)
        )
      )
    );
  });
  return [...new Map(configs.map((config) => [hashConfig(config), config])).values()];
}

/** The choices of a grid but for the seed. */
function listChoices(grid: Grid): Omit<RunChoice, "seed" | "pretrainedHash">[] {
  const { profile, settings, protocols, backbones, losses } = grid;
  return settings.flatMap((setting) =>
    datasetsOf(grid, setting).flatMap((dataset) =>
      protocols.flatMap((protocol) =>
        backbones.flatMap((backbone) =>
          losses.map((loss) => ({ profile, dataset, setting, protocol, loss, backbone }))
        )
      )
    )
  );
}

/** A share that the user names goes before the grid's. */
function withHeldOutShares({ heldOutShares }: Grid, overrides: Overrides): Overrides[] {
  if (!heldOutShares || HELD_OUT_SHARE in overrides) return [overrides];
  return heldOutShares.map((share) => ({ ...overrides, [HELD_OUT_SHARE]: share }));
}

function datasetsOf({ datasets }: Grid, { kind }: Setting): string[] {
  return datasets.filter((name) => traitsOf(name).settings.includes(kind));
}
