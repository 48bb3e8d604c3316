/** ReLU, with a gradient of one kernel. */

import * as tf from "@tensorflow/tfjs";
import { runKernel } from "./run_kernel.ts";

/** Kernel: inputs dy, y of one shape; output dy where y > 0, else 0. */
export const RELU_GRAD = "ReluGrad";

/** max(0, x). Differentiable; its gradient keeps the result and not x. The caller disposes the result. */
export function relu<T extends tf.Tensor>(x: T): T {
  const run = tf.customGrad((input, save) => {
    const y = tf.relu(input as tf.Tensor);
    (save as (tensors: tf.Tensor[]) => void)([y]);
    return {
      value: y,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => reluGradient(dy, saved[0]!),
    };
  });
  return run(x) as T;
}

/**
 * What comes back through a ReLU: dy where y > 0, else 0.
 *
 * @param y Result of the ReLU, of the shape of dy.
 */
export function reluGradient(dy: tf.Tensor, y: tf.Tensor): tf.Tensor {
  return runKernel(RELU_GRAD, { dy, y }, {}, compose)[0]!;
}

const compose = ({ dy, y }: Record<string, tf.Tensor>): tf.Tensor[] => [tf.mul(dy!, tf.step(y!))];
