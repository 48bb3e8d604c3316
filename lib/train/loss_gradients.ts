/** The loss of one batch and its gradients, from one pass over the whole batch. */

import * as tf from "@tensorflow/tfjs";
import { computeLoss } from "../loss/compute_loss.ts";
import { checkLabels, maskOwnClass } from "../loss/labels.ts";
import type { Scalar, Tensor2D, Tensor4D, Variable } from "../tensor.ts";
import type { TrainConfig } from "./config.ts";
import { compileFor, type Learner, proxyVariables } from "./learner.ts";
import { trainedNames } from "./trained_names.ts";

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

/**
 * Computes the loss and its gradients for everything that learns; the activations of the whole batch are in memory.
 *
 * @param images [B, H, W, 3], normalized.
 * @param labels B class indices, each in [0, C).
 * @returns The caller disposes it.
 */
export async function computeGradients(
  learner: Learner,
  images: Tensor4D,
  labels: readonly number[],
  options: GradientOptions,
): Promise<LossGradients> {
  const { classCount } = learner;
  const { config } = options;
  checkLabels(labels, images.shape[0], classCount);
  const variables = trainedVariables(learner, options);
  const key = JSON.stringify([config.loss, config.hasFrozenBatchNorm, variables.length]);
  const compiled = compileFor(learner, `loss_gradients ${key}`, ([images, mask]) => {
    const { loss, gradients } = differentiate(
      learner,
      images as Tensor4D,
      mask as Tensor2D,
      options,
    );
    return [loss, ...Object.values(gradients)];
  });
  const mask = maskOwnClass(labels, classCount); // [B, C]
  const [loss, ...gradients] = await compiled.runAside([images, mask]);
  mask.dispose();
  return {
    loss: loss as Scalar,
    gradients: Object.fromEntries(variables.map(({ name }, i) => [name, gradients[i]!])),
  };
}

/**
 * The same, op by op and at once.
 *
 * @param mask [B, C], as `maskOwnClass` makes it.
 */
export function differentiate(
  learner: Learner,
  images: Tensor4D,
  mask: Tensor2D,
  options: GradientOptions,
): LossGradients {
  const { embedder, proxies } = learner;
  const { config } = options;
  const variables = trainedVariables(learner, options);
  return tf.tidy(() => {
    const { value, grads } = tf.variableGrads(() => {
      const embeddings = embedder.embed(images, {
        backboneBatchNorm: config.hasFrozenBatchNorm ? "frozen" : "train",
        headBatchNorm: "train",
      }); // [B, D]
      return computeLoss(config.loss, embeddings, proxies, mask);
    }, variables);
    const named = variables.map(({ name }) => [name, grads[name]!] as const);
    return { loss: value, gradients: Object.fromEntries(named) };
  });
}

function trainedVariables(
  learner: Learner,
  { config, isWarmup }: GradientOptions,
): Variable[] {
  const names = trainedNames(learner.embedder, config, isWarmup);
  const network = names.map((name) => learner.embedder.tensors.get(name));
  return [...network, ...proxyVariables(learner)];
}
