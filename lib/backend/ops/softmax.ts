/** Softmax over the last axis, with its gradient as one step. */

import * as tf from "@tensorflow/tfjs";
import type { FusedOps } from "./fuse.ts";
import { runKernel } from "./run_kernel.ts";

/** Kernel: inputs y = softmax(x) [..., N], dy [..., N]; output dx. */
export const SOFTMAX_GRADIENT = "SoftmaxGradient";

/**
 * exp(x) / Σ exp(x) over the last axis. Its gradient, of dy at y:
 *
 *     dx = y · (dy - Σ dy · y)
 *
 * @param x [..., N]
 * @returns The same shape. The caller disposes it.
 */
export function softmax<T extends tf.Tensor>(x: T): T {
  const run = tf.customGrad((input, save) => {
    const value = tf.softmax(input as tf.Tensor);
    (save as (tensors: tf.Tensor[]) => void)([value]);
    const gradFunc = (dy: tf.Tensor, [y]: tf.Tensor[]) =>
      runKernel(SOFTMAX_GRADIENT, { y: y!, dy }, {}, composeGradient)[0]!;
    return { value, gradFunc };
  });
  return run(x) as T;
}

function composeGradient({ y, dy }: Record<string, tf.Tensor>): tf.Tensor[] {
  return [tf.mul(y!, tf.sub(dy!, tf.sum(tf.mul(dy!, y!), -1, true)))];
}

/** The gradient of inputs y and dy. */
export const FUSED_SOFTMAX_GRADIENT: FusedOps = {
  name: "softmax_gradient",
  body: ([y, dy]) => composeGradient({ y: y!, dy: dy! }),
  isMultiplied: true,
};
