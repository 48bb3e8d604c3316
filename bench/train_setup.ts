/** What the benches of training share: a configuration with frozen batch norms, and images of noise. */

import * as tf from "@tensorflow/tfjs";
import type { Backbone } from "../lib/model/backbone.ts";
import { RandomStream } from "../lib/random_stream.ts";
import type { TrainConfig } from "../lib/train/config.ts";

/** Proxy-AN with frozen batch norms, one image per class, at the backbone's own input size. */
export function benchConfig({ name, preset }: Backbone, batchSize: number): TrainConfig {
  return {
    profile: "mini",
    dataset: "cub200",
    setting: { kind: "full" },
    protocol: "published",
    loss: { name: "proxy_an", margin: 0.1, alpha: 32 },
    backbone: name,
    pretrainedHash: null,
    embeddingSize: name === "resnet_mini" ? 64 : 512,
    seed: 1,
    epochCount: 1,
    warmupEpochCount: 0,
    evaluateEvery: 1,
    classesPerBatch: batchSize,
    imagesPerClass: 1,
    hasFrozenBatchNorm: true,
    optimizer: {
      name: "adamw",
      learningRate: 1e-4,
      proxyLearningRateMultiplier: 100,
      weightDecay: 1e-4,
      clipValue: 10,
    },
    schedule: { kind: "step", every: 10, factor: 0.5 },
    resizeSize: preset.resizeSize,
    inputSize: preset.inputSize,
    heldOutShare: 0,
  };
}

/** Noise, [B, H, W, 3]. The caller disposes it. */
export function randomImages(batchSize: number, size: number): tf.Tensor4D {
  const stream = RandomStream.named(1, "bench");
  const pixels = new Float32Array(batchSize * size * size * 3);
  pixels.forEach((_, i) => pixels[i] = stream.nextFloat());
  return tf.tensor4d(pixels, [batchSize, size, size, 3]);
}
