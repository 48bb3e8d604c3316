/** A small configuration that tests vary. */

import type { ExperimentSettings } from "../../lib/experiment/settings.ts";
import { configureLoss } from "../../lib/loss/losses.ts";
import type { TrainConfig } from "../../lib/train/config.ts";

/** Settings of a few seconds; `changes` replace their fields. */
export function smallSettings(changes: Partial<ExperimentSettings> = {}): ExperimentSettings {
  return {
    embeddingSize: 8,
    epochCount: 3,
    warmupEpochCount: 1,
    evaluateEvery: 1,
    classesPerBatch: 3,
    imagesPerClass: 2,
    hasFrozenBatchNorm: false,
    optimizer: {
      name: "adamw",
      learningRate: 1e-3,
      proxyLearningRateMultiplier: 10,
      weightDecay: 1e-4,
      clipValue: 10,
    },
    schedule: { kind: "step", every: 2, factor: 0.5 },
    resizeSize: 18,
    inputSize: 16,
    ...changes,
  };
}

/** A configuration of a few seconds; `changes` replace its fields. */
export function smallConfig(changes: Partial<TrainConfig> = {}): TrainConfig {
  return {
    ...smallSettings(),
    profile: "mini",
    dataset: "cub200",
    setting: { kind: "full" },
    protocol: "published",
    loss: configureLoss("proxy_an"),
    backbone: "resnet_mini",
    pretrainedHash: null,
    seed: 3,
    heldOutShare: 0,
    ...changes,
  };
}
