/** Batch norm with the batch's own statistics. */

import * as tf from "@tensorflow/tfjs";
import { runKernel } from "./run_kernel.ts";

/** Kernel: inputs x [..., C], scale [C], shift [C]; attribute epsilon; outputs y [..., C], mean [C], variance [C]. */
export const BATCH_NORM_TRAIN = "BatchNormTrain";

/** Kernel: inputs dy, x [..., C], scale, mean, variance [C]; attribute epsilon; outputs dx, dScale, dShift. */
export const BATCH_NORM_TRAIN_GRAD = "BatchNormTrainGrad";

/** Result of {@linkcode batchNormTrain}. */
export interface BatchNormTrainResult {
  /** [..., C], as x. */
  readonly y: tf.Tensor;
  /** [C]; no gradient flows through it. */
  readonly mean: tf.Tensor1D;
  /** [C], divided by n; no gradient flows through it. */
  readonly variance: tf.Tensor1D;
}

/**
 * Normalizes each channel by its mean and variance over all other axes:
 *
 *     y = scale · (x - mean) / σ + shift,  σ = sqrt(variance + ε)
 *
 * Differentiable in x, scale and shift.
 *
 * @param x [..., C]
 * @param scale [C]
 * @param shift [C]
 * @param epsilon Added to the variance.
 * @returns y and the statistics; the caller disposes them.
 * @throws {RangeError} If scale or shift does not have one entry per channel.
 */
export function batchNormTrain(
  x: tf.Tensor,
  scale: tf.Tensor1D,
  shift: tf.Tensor1D,
  epsilon: number,
): BatchNormTrainResult {
  const channelCount = x.shape.at(-1);
  for (const [name, vector] of [["scale", scale], ["shift", shift]] as const) {
    if (vector.rank !== 1 || vector.size !== channelCount) {
      throw new RangeError(
        `Cannot normalize batch as ${name} must be of shape [${channelCount}]: it is [${vector.shape}]`,
      );
    }
  }
  const outputs = runKernel(BATCH_NORM_TRAIN, { x, scale, shift }, { epsilon }, composeForward);
  const [y, mean, variance] = outputs as [tf.Tensor, tf.Tensor1D, tf.Tensor1D];
  return { y, mean, variance };
}

const composeForward = (
  { x, scale, shift }: Record<string, tf.Tensor>,
  { epsilon }: Record<string, unknown>,
): tf.Tensor[] => {
  const rows = tf.reshape(x!, [-1, scale!.size]); // [n, C]
  const mean = tf.mean(rows, 0); // [C]
  const centered = tf.sub(rows, mean);
  const variance = tf.mean(tf.square(centered), 0); // [C]
  const factor = tf.mul(scale!, tf.rsqrt(tf.add(variance, epsilon as number)));
  const y = tf.reshape(tf.add(tf.mul(centered, factor), shift!), x!.shape);
  return [y, mean, variance];
};

/**
 * With x̂ = (x - mean) / σ and g = dL/dy, sums over the n values of a channel:
 *
 *     dShift = Σ g,  dScale = Σ g x̂,  dx = scale / σ · (g - dShift / n - x̂ · dScale / n)
 */
const composeGradient = (
  { dy, x, scale, mean, variance }: Record<string, tf.Tensor>,
  { epsilon }: Record<string, unknown>,
): tf.Tensor[] => {
  const shape = [-1, scale!.size];
  const upstream = tf.reshape(dy!, shape); // [n, C]
  const inverse = tf.rsqrt(tf.add(variance!, epsilon as number)); // [C], 1 / σ
  const normalized = tf.mul(tf.sub(tf.reshape(x!, shape), mean!), inverse); // [n, C]
  const dShift = tf.sum(upstream, 0);
  const dScale = tf.sum(tf.mul(upstream, normalized), 0);
  const count = x!.size / scale!.size;
  const along = tf.mul(normalized, tf.div(dScale, count));
  const rest = tf.sub(tf.sub(upstream, tf.div(dShift, count)), along);
  const dx = tf.reshape(tf.mul(rest, tf.mul(scale!, inverse)), x!.shape);
  return [dx, dScale, dShift];
};

tf.registerGradient({
  kernelName: BATCH_NORM_TRAIN,
  inputsToSave: ["x", "scale"],
  outputsToSave: [false, true, true],
  gradFunc(dys, saved, attrs) {
    const [x, scale, mean, variance] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
    const inputs = { dy: (dys as tf.Tensor[])[0]!, x, scale, mean, variance };
    const [dx, dScale, dShift] = runKernel(BATCH_NORM_TRAIN_GRAD, inputs, attrs, composeGradient);
    return { x: () => dx!, scale: () => dScale!, shift: () => dShift! };
  },
});
