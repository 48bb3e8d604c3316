/** One AdamW update of one parameter. */

import * as tf from "@tensorflow/tfjs";
import { runKernel } from "./run_kernel.ts";

/**
 * Kernel: inputs parameter, gradient, firstMoment, secondMoment of one shape, and factors [3] (keep, stepSize, rootScale);
 * attributes beta1, beta2, epsilon, clipValue; outputs parameter, firstMoment, secondMoment.
 */
export const ADAMW_UPDATE = "AdamwUpdate";

/** Tensors of one parameter, all of one shape. */
export interface AdamwInputs {
  /** What is updated. */
  readonly parameter: tf.Tensor;
  /** Not clipped. */
  readonly gradient: tf.Tensor;
  /** Running mean of the gradient; zeros before the first update. */
  readonly firstMoment: tf.Tensor;
  /** Running mean of the squared gradient; zeros before the first update. */
  readonly secondMoment: tf.Tensor;
}

/** Numbers that stay the same from update to update. */
export interface AdamwConstants {
  /** Share of the old first moment that stays. */
  readonly beta1: number;
  /** Share of the old second moment that stays. */
  readonly beta2: number;
  /** Added to the root of the second moment. */
  readonly epsilon: number;
  /** The gradient is clipped to [-clipValue, clipValue] first; may be Infinity. */
  readonly clipValue: number;
}

/** Numbers of one update. */
export interface AdamwOptions extends AdamwConstants {
  /** λ of this update, with schedule and multipliers. */
  readonly learningRate: number;
  /** Decay of the parameter, per unit of learning rate. */
  readonly weightDecay: number;
  /** Updates of this parameter, this one included: 1, 2, ... */
  readonly step: number;
}

/**
 * AdamW as in PyTorch: with rate λ, g the clipped gradient, t the step,
 *
 *     m ← β₁ m + (1 - β₁) g,  v ← β₂ v + (1 - β₂) g²
 *     p ← (1 - λ · decay) p - λ / (1 - β₁ᵗ) · m / (sqrt(v) / sqrt(1 - β₂ᵗ) + ε)
 *
 * Source: Loshchilov and Hutter, arXiv:1711.05101.
 *
 * @returns New parameter, first and second moment; the caller disposes them, and the inputs.
 * @throws {RangeError} If step is not a whole number of at least 1, or the shapes differ.
 */
export function adamwUpdate(
  inputs: AdamwInputs,
  options: AdamwOptions,
): [tf.Tensor, tf.Tensor, tf.Tensor] {
  const factors = tf.tensor1d(adamwFactors(options));
  try {
    return applyAdamw(inputs, factors, options);
  } finally {
    factors.dispose();
  }
}

/**
 * The same with the factors of the update as a tensor, for functions that are compiled once and run at every step.
 *
 * @param factors [3], as {@linkcode adamwFactors} makes them.
 * @throws {RangeError} If the shapes differ.
 */
export function applyAdamw(
  inputs: AdamwInputs,
  factors: tf.Tensor1D,
  { beta1, beta2, epsilon, clipValue }: AdamwConstants,
): [tf.Tensor, tf.Tensor, tf.Tensor] {
  const { parameter } = inputs;
  for (const [name, tensor] of Object.entries(inputs)) {
    if (!tf.util.arraysEqual(tensor.shape, parameter.shape)) {
      throw new RangeError(
        `Cannot update parameter as ${name} must be of shape [${parameter.shape}]: it is [${tensor.shape}]`,
      );
    }
  }
  const attrs = { beta1, beta2, epsilon, clipValue };
  const outputs = runKernel(ADAMW_UPDATE, { ...inputs, factors }, attrs, composeAdamw);
  return outputs as [tf.Tensor, tf.Tensor, tf.Tensor];
}

/**
 * Computes the factors of an update that do not depend on the tensors, in float64:
 *
 *     keep = 1 - λ · decay,  stepSize = λ / (1 - β₁ᵗ),  rootScale = 1 / sqrt(1 - β₂ᵗ)
 *
 * @throws {RangeError} If step is not a whole number of at least 1.
 */
export function adamwFactors(
  options: Omit<AdamwOptions, "epsilon" | "clipValue">,
): [number, number, number] {
  const { learningRate, beta1, beta2, weightDecay, step } = options;
  if (!Number.isInteger(step) || step < 1) {
    throw new RangeError(
      `Cannot update parameter as step must be a whole number of at least 1: it is ${step}`,
    );
  }
  return [
    1 - learningRate * weightDecay,
    learningRate / (1 - beta1 ** step),
    1 / Math.sqrt(1 - beta2 ** step),
  ];
}

/** The kernel of tfjs's ops. */
export function composeAdamw(
  inputs: Record<string, tf.Tensor>,
  attrs: Record<string, unknown>,
): tf.Tensor[] {
  const { parameter, gradient, firstMoment, secondMoment, factors } = inputs;
  const { beta1, beta2, epsilon, clipValue } = attrs as unknown as AdamwConstants;
  const [keep, stepSize, rootScale] = tf.unstack(factors!) as [tf.Scalar, tf.Scalar, tf.Scalar];
  const clipped = tf.clipByValue(gradient!, -clipValue, clipValue);
  const first = tf.add(tf.mul(firstMoment!, beta1), tf.mul(clipped, 1 - beta1));
  const second = tf.add(tf.mul(secondMoment!, beta2), tf.mul(tf.square(clipped), 1 - beta2));
  const divisor = tf.add(tf.mul(tf.sqrt(second), rootScale), epsilon);
  const moved = tf.sub(tf.mul(parameter!, keep), tf.mul(tf.div(first, divisor), stepSize));
  return [moved, first, second];
}
