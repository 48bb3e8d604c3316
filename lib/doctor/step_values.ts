/** The loss and the gradients of one training step of a backbone on images of noise: the same numbers on every backend. */

import * as tf from "@tensorflow/tfjs";
import { configureLoss } from "../loss/losses.ts";
import type { Backbone } from "../model/backbone.ts";
import { RandomStream } from "../random_stream.ts";
import type { Tensor4D } from "../tensor.ts";
import type { TrainConfig } from "../train/config.ts";
import { createLearner, disposeLearner } from "../train/learner.ts";
import { computeGradients } from "../train/loss_gradients.ts";
import { trainedNames } from "../train/trained_names.ts";

const CLASS_COUNT = 8;

/** What a step computes before anything is updated. */
export interface StepValues {
  readonly loss: number;
  /** By parameter, in the order of the network; the proxies come last. */
  readonly gradients: ReadonlyMap<string, Float32Array>;
}

/** Which step. */
export interface StepOptions {
  readonly backbone: Backbone;
  readonly hasFrozenBatchNorm: boolean;
  /** At least 2, so that batch norms can be trained. */
  readonly batchSize: number;
  /** Of the sides of an image. @default that of the backbone's preset */
  readonly inputSize?: number;
}

/** The step's configuration: Proxy-AN with AdamW, one image a class. */
export function stepConfig(
  { backbone, hasFrozenBatchNorm, batchSize, inputSize = backbone.preset.inputSize }: StepOptions,
): TrainConfig {
  return {
    profile: "mini",
    dataset: "cub200",
    setting: { kind: "full" },
    protocol: "published",
    loss: configureLoss("proxy_an"),
    backbone: backbone.name,
    pretrainedHash: null,
    embeddingSize: 64,
    seed: 1,
    epochCount: 1,
    warmupEpochCount: 0,
    evaluateEvery: 1,
    classesPerBatch: batchSize,
    imagesPerClass: 1,
    hasFrozenBatchNorm,
    optimizer: {
      name: "adamw",
      learningRate: 1e-4,
      proxyLearningRateMultiplier: 100,
      weightDecay: 1e-4,
      clipValue: 10,
    },
    schedule: { kind: "step", every: 10, factor: 0.5 },
    resizeSize: inputSize,
    inputSize,
    heldOutShare: 0,
  };
}

/** Images of a standard normal distribution, [B, S, S, 3]. The caller disposes them. */
export function noiseImages(batchSize: number, size: number): Tensor4D {
  const stream = RandomStream.named(1, "images");
  const values = Float32Array.from(
    { length: batchSize * size * size * 3 },
    () => stream.nextNormal(),
  );
  return tf.tensor4d(values, [batchSize, size, size, 3]) as Tensor4D;
}

/** Computes them on the current backend. */
export async function computeStepValues(options: StepOptions): Promise<StepValues> {
  const config = stepConfig(options);
  const learner = createLearner(config, CLASS_COUNT, null);
  const images = noiseImages(options.batchSize, config.inputSize);
  const labels = Array.from({ length: options.batchSize }, (_, i) => i % CLASS_COUNT);
  try {
    const step = await computeGradients(learner, images, labels, { config, isWarmup: false });
    const parameters = trainedNames(learner.embedder, config, false)
      .map((name) => [name, learner.embedder.tensors.get(name)] as const);
    const named = [...parameters, ["proxies", learner.proxies!] as const];
    const gradients = new Map<string, Float32Array>();
    for (const [name, variable] of named) {
      gradients.set(name, await step.gradients[variable.name]!.data<"float32">());
    }
    const loss = (await step.loss.data())[0]!;
    tf.dispose([step.loss, step.gradients]);
    return { loss, gradients };
  } finally {
    disposeLearner(learner);
    images.dispose();
  }
}
