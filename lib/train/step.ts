/** One training step: embeddings, loss, gradients, updates. */

import * as tf from "@tensorflow/tfjs";
import { InputError } from "../errors.ts";
import { computeLoss } from "../loss/compute_loss.ts";
import type { Embedder } from "../model/embedder.ts";
import type { Optimizer } from "../optim/optimizer.ts";
import type { TrainConfig } from "./config.ts";
import type { Scalar, Tensor4D, Variable2D } from "../tensor.ts";

/** Everything that training changes. */
export interface Learner {
  /** Backbone and head. */
  readonly embedder: Embedder;
  /** [C, D] */
  readonly proxies: Variable2D;
  /** Backbone and head. */
  readonly networkOptimizer: Optimizer;
  /** Optimizer of the proxies, at their own rate. */
  readonly proxyOptimizer: Optimizer;
}

/** What a step needs beside the learner. */
export interface StepOptions {
  /** Configuration of the run. */
  readonly config: TrainConfig;
  /** Whether only the head and the proxies learn. */
  readonly isWarmup: boolean;
  /** Factor of the schedule for this epoch. */
  readonly learningRateFactor: number;
}

/** Names of the network's parameters that learn: the head alone during warm-up, then all of them. */
export function trainedNames(embedder: Embedder, isWarmup: boolean): readonly string[] {
  return isWarmup ? embedder.headNames : [...embedder.backboneNames, ...embedder.headNames];
}

/**
 * Makes one update of the network and the proxies. The loss is read asynchronously, as WebGPU has no other way.
 *
 * @param images [B, H, W, 3], normalized. The caller disposes it.
 * @param labels B class indices, each in [0, C).
 * @returns The batch's loss before the update.
 * @throws {InputError} If the loss is not finite; nothing is updated then.
 */
export async function trainStep(
  learner: Learner,
  images: Tensor4D,
  labels: readonly number[],
  options: StepOptions,
): Promise<number> {
  const { config, learningRateFactor } = options;
  const { value, grads } = computeGradients(learner, images, labels, options);
  try {
    const loss = (await value.data())[0]!;
    if (!Number.isFinite(loss)) {
      throw new InputError(
        `Cannot go on training as the loss must be finite: it is ${loss}; lower the learning rate ` +
          `(now ${config.optimizer.learningRate * learningRateFactor})`,
      );
    }
    applyGradients(learner, grads, options);
    return loss;
  } finally {
    tf.dispose([value, grads]);
  }
}

/** The loss, and its gradients by the names of the variables. The caller disposes both. */
interface LossGradients {
  readonly value: Scalar;
  readonly grads: tf.NamedTensorMap;
}

function computeGradients(
  { embedder, proxies }: Learner,
  images: Tensor4D,
  labels: readonly number[],
  { config, isWarmup }: StepOptions,
): LossGradients {
  const network = trainedNames(embedder, isWarmup).map((name) => embedder.tensors.get(name));
  return tf.tidy(() =>
    tf.variableGrads(() => {
      const embeddings = embedder.embed(images, {
        backboneBatchNorm: config.hasFrozenBatchNorm ? "frozen" : "train",
        headBatchNorm: "train",
      }); // [B, D]
      return computeLoss(config.loss, embeddings, proxies, labels);
    }, [...network, proxies])
  );
}

function applyGradients(
  { embedder, proxies, networkOptimizer, proxyOptimizer }: Learner,
  grads: tf.NamedTensorMap,
  { isWarmup, learningRateFactor }: StepOptions,
): void {
  const names = trainedNames(embedder, isWarmup);
  const network = new Map(names.map((name) => [name, embedder.tensors.get(name)]));
  const gradients = new Map([...network].map(([name, variable]) => [name, grads[variable.name]!]));
  networkOptimizer.step(network, gradients, learningRateFactor);
  proxyOptimizer.step(
    new Map([["proxies", proxies]]),
    new Map([["proxies", grads[proxies.name]!]]),
    learningRateFactor,
  );
}
