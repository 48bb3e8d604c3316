/** One training step: embeddings, loss, gradients, updates. */

import * as tf from "@tensorflow/tfjs";
import { InputError } from "../errors.ts";
import type { Tensor4D } from "../tensor.ts";
import type { Learner } from "./learner.ts";
import { computeGradients, type GradientOptions, type LossGradients } from "./loss_gradients.ts";
import { computeMicroBatchGradients } from "./micro_batch_step.ts";
import { measureStep, type StepMeasures } from "./step_measures.ts";
import { trainedNames } from "./trained_names.ts";

/** What a step needs beside the learner. */
export interface StepOptions extends GradientOptions {
  /** Factor of the schedule for this epoch. */
  readonly learningRateFactor: number;
  /** The same for the proxies. @default that of the network */
  readonly proxyLearningRateFactor?: number;
  /** N: images whose activations are in memory at a time. @default all of the batch */
  readonly microBatchSize?: number;
  /** Told of norms and active pairs before the update, which costs a forward pass. @default not measured */
  readonly onMeasured?: (measures: StepMeasures) => void;
}

/**
 * Makes one update of the network and the proxies. The loss is read asynchronously, as WebGPU has no other way.
 *
 * @param images [B, H, W, 3], normalized. The caller disposes it.
 * @param labels B class indices, each in [0, C).
 * @returns The batch's loss before the update.
 * @throws {InputError} If the loss is not finite; nothing is updated then.
 * @throws {UsageError} If slices of `microBatchSize` cannot give the gradients of the batch.
 */
export async function trainStep(
  learner: Learner,
  images: Tensor4D,
  labels: readonly number[],
  options: StepOptions,
): Promise<number> {
  const { config, learningRateFactor } = options;
  const { loss: value, gradients } = await gradientsOfBatch(learner, images, labels, options);
  try {
    const loss = (await value.data())[0]!;
    if (!Number.isFinite(loss)) {
      throw new InputError(
        `Cannot go on training as the loss must be finite: it is ${loss}; lower the learning rate ` +
          `(now ${config.optimizer.learningRate * learningRateFactor})`,
      );
    }
    if (options.onMeasured) {
      options.onMeasured(await measureStep(learner, { ...options, images, labels, gradients }));
    }
    applyGradients(learner, gradients, options);
    return loss;
  } finally {
    tf.dispose([value, gradients]);
  }
}

function gradientsOfBatch(
  learner: Learner,
  images: Tensor4D,
  labels: readonly number[],
  options: StepOptions,
): Promise<LossGradients> {
  const { microBatchSize } = options;
  return microBatchSize === undefined || microBatchSize >= labels.length
    ? computeGradients(learner, images, labels, options)
    : computeMicroBatchGradients(learner, images, labels, { ...options, microBatchSize });
}

/** Updates the network and, where there are some, the proxies. */
export function applyGradients(
  { embedder, proxies, networkOptimizer, proxyOptimizer }: Learner,
  byVariable: tf.NamedTensorMap,
  options: StepOptions,
): void {
  const { learningRateFactor, proxyLearningRateFactor = learningRateFactor } = options;
  const names = trainedNames(embedder, options.config, options.isWarmup);
  const network = new Map(names.map((name) => [name, embedder.tensors.get(name)]));
  const gradients = new Map(
    [...network].map(([name, variable]) => [name, byVariable[variable.name]!]),
  );
  networkOptimizer.step(network, gradients, learningRateFactor);
  if (!proxies) return;
  proxyOptimizer.step(
    new Map([["proxies", proxies]]),
    new Map([["proxies", byVariable[proxies.name]!]]),
    proxyLearningRateFactor,
  );
}
