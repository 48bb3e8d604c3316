/** The Gaussian error linear unit. */

import * as tf from "@tensorflow/tfjs";
import { fuse, type FusedOps } from "./fuse.ts";
import { runKernel } from "./run_kernel.ts";

/** Kernel: input x; output x · Φ(x), of the same shape. */
export const GELU = "Gelu";
/** Kernel: inputs x, dy; output dy (Φ(x) + x · exp(-x² / 2) / √(2π)). */
export const GELU_GRADIENT = "GeluGradient";

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
    const gradFunc = (dy: tf.Tensor, [x]: tf.Tensor[]) =>
      runKernel(GELU_GRADIENT, { x: x!, dy }, {}, composeSlope)[0]!;
    return { value: activate(value), gradFunc };
  });
  return run(x) as T;
}

/** {@linkcode gelu} where no gradient is asked for. */
export function activate(x: tf.Tensor): tf.Tensor {
  return runKernel(GELU, { x }, {}, composeActivation)[0]!;
}

const ACTIVATION: FusedOps = {
  name: "gelu",
  body: ([x]) => [composeGelu(x!)],
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

function composeActivation({ x }: Record<string, tf.Tensor>): tf.Tensor[] {
  return fuse(ACTIVATION, [x!]);
}

function composeSlope({ x, dy }: Record<string, tf.Tensor>): tf.Tensor[] {
  return fuse(GRADIENT, [x!, dy!]);
}

/** x · Φ(x) of tfjs's ops. Call it within a `tf.tidy`. */
export function composeGelu(x: tf.Tensor): tf.Tensor {
  return tf.mul(x, normalDistribution(x));
}

/** Φ(x) = (1 + erf(x / √2)) / 2, the share of a standard normal distribution below x. The caller disposes it. */
function normalDistribution(x: tf.Tensor): tf.Tensor {
  return tf.tidy(() => tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5));
}
