/** The loss of one batch and its gradients, from one pass over the whole batch. */

import * as tf from "@tensorflow/tfjs";
import { compileFunction } from "../backend/compile.ts";
import { computeLoss } from "../loss/compute_loss.ts";
import { checkLabels, maskOwnClass } from "../loss/labels.ts";
import type { Embedder } from "../model/embedder.ts";
import type { Scalar, Tensor2D, Tensor4D } from "../tensor.ts";
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
  learner: Learner,
  images: Tensor4D,
  labels: readonly number[],
  options: GradientOptions,
): LossGradients {
  const { embedder, proxies, functions } = learner;
  const { config, isWarmup } = options;
  checkLabels(labels, images.shape[0], proxies.shape[0]);
  const trained = [
    ...trainedNames(embedder, isWarmup).map((name) => embedder.tensors.get(name)),
    proxies,
  ];
  const key = JSON.stringify([config.loss, config.hasFrozenBatchNorm, isWarmup]);
  const compiled = functions.get(`gradients ${key}`, () =>
    compileFunction(
      ([images, mask]) => {
        const { value, grads } = tf.variableGrads(() => {
          const embeddings = embedder.embed(images as Tensor4D, {
            backboneBatchNorm: config.hasFrozenBatchNorm ? "frozen" : "train",
            headBatchNorm: "train",
          }); // [B, D]
          return computeLoss(config.loss, embeddings, proxies, mask as Tensor2D);
        }, trained);
        return [value, ...trained.map(({ name }) => grads[name]!)];
      },
      { name: "loss_gradients", variables: [...embedder.tensors.variables(), proxies] },
    ));
  const mask = maskOwnClass(labels, proxies.shape[0]); // [B, C]
  const [loss, ...gradients] = compiled.run([images, mask]);
  mask.dispose();
  return {
    loss: loss as Scalar,
    gradients: Object.fromEntries(trained.map(({ name }, i) => [name, gradients[i]!])),
  };
}
