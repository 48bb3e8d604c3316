/** The loss of one batch and its gradients, from one pass over the whole batch. */

import * as tf from "@tensorflow/tfjs";
import { computeLoss } from "../loss/compute_loss.ts";
import type { Embedder } from "../model/embedder.ts";
import type { Scalar, Tensor4D } from "../tensor.ts";
import type { TrainConfig } from "./config.ts";
import type { Learner } from "./learner.ts";

/** What decides the gradients of a batch. */
export interface GradientOptions {
  /** Configuration of the run. */
  readonly config: TrainConfig;
  /** Whether only the head and the proxies learn. */
  readonly isWarmup: boolean;
}

/** The loss of a batch and its gradients. The caller disposes both. */
export interface LossGradients {
  readonly loss: Scalar;
  /** By the names of the variables, not of the parameters. */
  readonly gradients: tf.NamedTensorMap;
}

/** Names of the network's parameters that learn: the head alone during warm-up, then all of them. */
export function trainedNames(embedder: Embedder, isWarmup: boolean): readonly string[] {
  return isWarmup ? embedder.headNames : [...embedder.backboneNames, ...embedder.headNames];
}

/**
 * Computes the loss and its gradients for everything that learns; the activations of the whole batch are in memory.
 *
 * @param images [B, H, W, 3], normalized.
 * @param labels B class indices, each in [0, C).
 * @returns The caller disposes it.
 */
export function computeGradients(
  { embedder, proxies }: Learner,
  images: Tensor4D,
  labels: readonly number[],
  { config, isWarmup }: GradientOptions,
): LossGradients {
  const network = trainedNames(embedder, isWarmup).map((name) => embedder.tensors.get(name));
  return tf.tidy(() => {
    const { value, grads } = tf.variableGrads(() => {
      const embeddings = embedder.embed(images, {
        backboneBatchNorm: config.hasFrozenBatchNorm ? "frozen" : "train",
        headBatchNorm: "train",
      }); // [B, D]
      return computeLoss(config.loss, embeddings, proxies, labels);
    }, [...network, proxies]);
    return { loss: value, gradients: grads };
  });
}
