/** Value and gradients of a loss, as plain numbers. */

import * as tf from "@tensorflow/tfjs";
import { computeLoss } from "../../lib/loss/compute_loss.ts";
import type { LossConfig } from "../../lib/loss/losses.ts";

/** What a loss gives for one batch. A type and not an interface, so that `tf.tidy` returns it. */
export type LossAndGradients = {
  readonly value: number;
  /** [B, D], row-major. */
  readonly dEmbeddings: Float32Array;
  /** [C, D], row-major. */
  readonly dProxies: Float32Array;
};

/** Computes a loss and its gradients with respect to raw rows on the current backend. */
export function evaluateLoss(
  config: LossConfig,
  embeddings: tf.Tensor2D,
  proxies: tf.Tensor2D,
  labels: readonly number[],
): LossAndGradients {
  return tf.tidy(() => {
    const { value, grads } = tf.valueAndGrads((x, p) =>
      computeLoss(config, x as tf.Tensor2D, p as tf.Tensor2D, labels)
    )([embeddings, proxies]);
    return {
      value: value.dataSync()[0]!,
      dEmbeddings: grads[0]!.dataSync<"float32">(),
      dProxies: grads[1]!.dataSync<"float32">(),
    };
  });
}
