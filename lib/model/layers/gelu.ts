/** The Gaussian error linear unit. */

import * as tf from "@tensorflow/tfjs";
import { fuse, type FusedOps } from "../../backend/ops/fuse.ts";
import { normalDistribution } from "../../backend/ops/linear_gelu.ts";

/**
 * x · Φ(x) with the exact distribution function Φ(x) = (1 + erf(x / √2)) / 2, as `torch.nn.GELU()`.
 * Its derivative is Φ(x) + x · exp(-x² / 2) / √(2π).
 *
 * @param x Any shape.
 * @returns The same shape. The caller disposes it.
 */
export function gelu<T extends tf.Tensor>(x: T): T {
  const run = tf.customGrad((input, save) => {
    const value = input as tf.Tensor;
    (save as (tensors: tf.Tensor[]) => void)([value]);
    const gradFunc = (upstream: tf.Tensor, saved: tf.Tensor[]) => {
      const at = saved[0]!;
      return fuse(GRADIENT, [at, upstream])[0]!;
    };
    return { value: fuse(ACTIVATION, [value])[0]!, gradFunc };
  });
  return run(x) as T;
}

const ACTIVATION: FusedOps = {
  name: "gelu",
  body: ([x]) => [tf.mul(x!, normalDistribution(x!))],
  isMultiplied: true,
};

const GRADIENT: FusedOps = {
  name: "gelu_gradient",
  body: ([x, upstream]) => {
    const density = tf.mul(tf.exp(tf.mul(tf.square(x!), -0.5)), 1 / Math.sqrt(2 * Math.PI));
    return [tf.mul(upstream!, tf.add(normalDistribution(x!), tf.mul(x!, density)))];
  },
  isMultiplied: true,
};
