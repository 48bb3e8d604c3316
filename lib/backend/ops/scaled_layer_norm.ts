/** Layer norm with scale and shift, and its gradient, as one op each. */

import * as tf from "@tensorflow/tfjs";
import { fuse, type FusedBody } from "./fuse.ts";
import { runKernel } from "./run_kernel.ts";

/** Kernel: inputs x [..., F], scale [F], shift [F]; attributes are {@linkcode LayerNormOptions}; output of the shape of x. */
export const SCALED_LAYER_NORM = "ScaledLayerNorm";
/**
 * Kernel: inputs x [..., F], scale [F], dy [..., F]; attribute epsilon; outputs dx and dy · x̂, both of the shape of x, with
 * x̂ = (x - mean) / σ.
 */
export const SCALED_LAYER_NORM_GRADIENT = "ScaledLayerNormGradient";

/** How a layer norm computes. */
export interface LayerNormOptions {
  /** ε, added to the variance, which divides by F. */
  readonly epsilon: number;
  /** See `FusedOps`. */
  readonly isMultiplied: boolean;
  /** Whether its gradient follows, which computes x̂ again as tfjs's ops do. */
  readonly isRecorded: boolean;
}

/**
 * (x - mean) / sqrt(variance + ε) · scale + shift over the last axis. Not differentiable: nothing is kept.
 *
 * @param x [..., F]
 * @param scale [F]
 * @param shift [F]
 * @returns [..., F]. The caller disposes it.
 */
export function scaledLayerNorm<T extends tf.Tensor>(
  x: T,
  scale: tf.Tensor,
  shift: tf.Tensor,
  options: LayerNormOptions,
): T {
  const inputs = { x, scale, shift };
  return runKernel(SCALED_LAYER_NORM, inputs, { ...options }, composeScaledLayerNorm)[0] as T;
}

/**
 * What comes back through {@linkcode scaledLayerNorm}. With g = scale · dy, in one step:
 *
 *     dx = (g - mean(g) - x̂ · mean(g · x̂)) / σ
 *
 * @param x [..., F]
 * @param scale [F]
 * @param dy [..., F]
 * @returns dx, and dy · x̂, whose sum over all rows is the gradient of the scale; [..., F] each. The caller disposes them.
 */
export function scaledLayerNormGradient(
  x: tf.Tensor,
  scale: tf.Tensor,
  dy: tf.Tensor,
  epsilon: number,
): [dx: tf.Tensor, along: tf.Tensor] {
  const inputs = { x, scale, dy };
  return runKernel(
    SCALED_LAYER_NORM_GRADIENT,
    inputs,
    { epsilon },
    composeScaledLayerNormGradient,
  ) as [
    tf.Tensor,
    tf.Tensor,
  ];
}

/** The kernel of tfjs's ops. */
export function composeScaledLayerNormGradient(
  { x, scale, dy }: Record<string, tf.Tensor>,
  attrs: Record<string, unknown>,
): tf.Tensor[] {
  const epsilon = attrs.epsilon as number;
  const body: FusedBody = ([x, scale, dy]) => {
    const { normalized, inverse } = measureRows(x!, epsilon);
    const g = tf.mul(dy!, scale!);
    const along = tf.mul(normalized, tf.mean(tf.mul(g, normalized), -1, true));
    const dx = tf.mul(tf.sub(tf.sub(g, tf.mean(g, -1, true)), along), inverse);
    return [dx, tf.mul(dy!, normalized)];
  };
  return fuse({ name: `layer_norm_gradient_${epsilon}`, body }, [x!, scale!, dy!]);
}

/** The kernel of tfjs's ops. */
export function composeScaledLayerNorm(
  { x, scale, shift }: Record<string, tf.Tensor>,
  attrs: Record<string, unknown>,
): tf.Tensor[] {
  const { epsilon, isMultiplied } = attrs as unknown as LayerNormOptions;
  const body: FusedBody = ([x, scale, shift]) => {
    const { normalized } = measureRows(x!, epsilon);
    return [tf.add(tf.mul(normalized, scale!), shift!)];
  };
  return fuse({ name: `layer_norm_${epsilon}`, body, isMultiplied }, [x!, scale!, shift!]);
}

/** x̂ = (x - mean) / σ [..., F] and 1 / σ [..., 1], with σ = sqrt(variance + ε) over the last axis. Call it within a `tf.tidy`. */
function measureRows(x: tf.Tensor, epsilon: number) {
  const axis = x.rank - 1;
  const centered = tf.sub(x, tf.mean(x, axis, true));
  const variance = tf.mean(tf.square(centered), axis, true);
  const inverse = tf.rsqrt(tf.add(variance, epsilon));
  return { normalized: tf.mul(centered, inverse), inverse };
}
