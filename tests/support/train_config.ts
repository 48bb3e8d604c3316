/** A small configuration that tests vary. */

import type { TrainConfig } from "../../lib/train/config.ts";

/** A configuration of a few seconds; `changes` replace its fields. */
export function smallConfig(changes: Partial<TrainConfig> = {}): TrainConfig {
  return {
    profile: "mini",
    dataset: "cub200",
    setting: { kind: "full" },
    protocol: "published",
    loss: { name: "proxy_an", margin: 0.1, alpha: 32 },
    backbone: "resnet_mini",
    pretrainedHash: null,
    embeddingSize: 8,
    seed: 3,
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
    heldOutShare: 0,
    ...changes,
  };
}
