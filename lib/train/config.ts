/** Everything that decides a run's numbers, apart from the backend and the machine. */

import type { Precision } from "../backend/backend.ts";
import type { Profile } from "../dataset/record.ts";
import type { Protocol } from "../dataset/protocol.ts";
import type { Setting } from "../dataset/setting.ts";
import type { LossConfig } from "../loss/losses.ts";
import type { OptimizerConfig } from "../optim/optimizer_config.ts";
import type { ScheduleConfig } from "../optim/schedule.ts";

/** The complete, resolved configuration of one run; the run id is its hash. Plain JSON. */
export interface TrainConfig {
  /** Which data: miniature or published. */
  readonly profile: Profile;
  /** One of `DATASET_NAMES`, or the name given to a folder dataset. */
  readonly dataset: string;
  /** Which training images. */
  readonly setting: Setting;
  /** Whose rules. */
  readonly protocol: Protocol;
  /** Loss and its own hyperparameters; a loss without any has its name alone. */
  readonly loss: LossConfig;
  /** Registered name, such as `resnet_mini` or `resnet50`. */
  readonly backbone: string;
  /** SHA-256 of the file of pretrained weights; `null` for random initialization. */
  readonly pretrainedHash: string | null;
  /** D. */
  readonly embeddingSize: number;
  /** Seed of every random stream. */
  readonly seed: number;
  /** Epochs to train, warm-up included. */
  readonly epochCount: number;
  /** Epochs at the start in which only the head and the proxies learn. */
  readonly warmupEpochCount: number;
  /** Evaluate every n epochs; the last epoch always is. */
  readonly evaluateEvery: number;
  /** Classes in a batch. */
  readonly classesPerBatch: number;
  /** Images of each of them; B is the product. */
  readonly imagesPerClass: number;
  /** Whether the backbone's batch norms always use their running statistics. */
  readonly hasFrozenBatchNorm: boolean;
  /** Update rule, rates, decay and clip. */
  readonly optimizer: OptimizerConfig;
  /** Course of the learning rate. */
  readonly schedule: ScheduleConfig;
  /** Pixels of the shorter side before the central crop of evaluation. */
  readonly resizeSize: number;
  /** Pixels of the crop that the network sees. */
  readonly inputSize: number;
  /** Share of the training classes that protocol `corrected` holds out to choose the epoch; 0 for `published`. */
  readonly heldOutShare: number;
  /** How products and convolutions multiply, where it is not float32; see {@linkcode precisionOf}. */
  readonly precision?: Exclude<Precision, "float32">;
}

/** How the run multiplies. */
export function precisionOf(config: TrainConfig): Precision {
  return config.precision ?? "float32";
}

/** The same run at a precision. float32 is left out: ids and hashes stay those from before there was a choice. */
export function withPrecision(config: TrainConfig, precision: Precision = "float32"): TrainConfig {
  const { precision: _before, ...rest } = config;
  return precision === "float32" ? rest : { ...rest, precision };
}
