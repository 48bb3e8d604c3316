/** The settings of an experiment as data, and how they and a choice of run become a configuration. */

import type { Profile } from "../dataset/record.ts";
import type { Protocol } from "../dataset/protocol.ts";
import { normalizeSetting, type Setting } from "../dataset/setting.ts";
import { configureLoss, findLoss, type LossName, type LossParameterName } from "../loss/losses.ts";
import type { TrainConfig } from "../train/config.ts";
import { applyOverrides } from "./apply_overrides.ts";
import type { Overrides } from "./config_fields.ts";

/** Everything but the choice of one run. */
type FixedSettings =
  & Omit<
    TrainConfig,
    | "profile"
    | "dataset"
    | "setting"
    | "protocol"
    | "loss"
    | "backbone"
    | "seed"
    | "pretrainedHash"
    | "heldOutShare"
  >
  & {
    /** Hyperparameters for every loss that has them, where they are not the loss's defaults. */
    readonly lossParameters?: Readonly<Partial<Record<LossParameterName, number>>>;
  };

/** What an experiment fixes for a dataset. */
export type ExperimentSettings = FixedSettings & {
  /** What is another for a network, by its name. */
  readonly byBackbone?: Readonly<Record<string, Partial<FixedSettings>>>;
};

/** Which run of an experiment. */
export interface RunChoice {
  readonly profile: Profile;
  readonly dataset: string;
  readonly setting: Setting;
  readonly protocol: Protocol;
  readonly loss: LossName;
  readonly backbone: string;
  readonly seed: number;
  /** SHA-256 of the pretrained weights, or `null`. */
  readonly pretrainedHash: string | null;
}

/** Share of the training classes that protocol `corrected` holds out. */
const HELD_OUT_SHARE = 0.15;

/** A rate of proxies that are not there is no part of a run: all such runs say the same. */
const WITHOUT_PROXIES = { proxyLearningRateMultiplier: 1 } as const;

/**
 * The complete configuration of one run.
 *
 * @param overrides Values that replace those of the settings, by field name.
 * @throws {UsageError} If an override breaks a rule of its field.
 */
export function resolveConfig(
  settings: ExperimentSettings,
  choice: RunChoice,
  overrides: Overrides = {},
): TrainConfig {
  const { byBackbone, ...common } = settings;
  const { lossParameters, ...rest } = { ...common, ...byBackbone?.[choice.backbone] };
  const { takesProxies } = findLoss(choice.loss);
  const config: TrainConfig = {
    ...rest,
    ...choice,
    setting: normalizeSetting(choice.setting),
    loss: configureLoss(choice.loss, lossParameters),
    optimizer: takesProxies ? rest.optimizer : { ...rest.optimizer, ...WITHOUT_PROXIES },
    heldOutShare: choice.protocol === "corrected" ? HELD_OUT_SHARE : 0,
  };
  return applyOverrides(config, overrides);
}
