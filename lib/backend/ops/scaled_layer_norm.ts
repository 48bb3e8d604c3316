/** Layer norm with scale and shift as one op, where no gradient is asked for. */

import * as tf from "@tensorflow/tfjs";
import { fuse, type FusedBody } from "./fuse.ts";
import { runKernel } from "./run_kernel.ts";

/** Kernel: inputs x [..., F], scale [F], shift [F]; attributes are {@linkcode LayerNormOptions}; output of the shape of x. */
export const SCALED_LAYER_NORM = "ScaledLayerNorm";

/** How a layer norm computes. */
export interface LayerNormOptions {
  /** ε, added to the variance, which divides by F. */
  readonly epsilon: number;
  /** See `FusedOps`. */
  readonly isMultiplied: boolean;
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
export function measureRows(x: tf.Tensor, epsilon: number) {
  const axis = x.rank - 1;
  const centered = tf.sub(x, tf.mean(x, axis, true));
  const variance = tf.mean(tf.square(centered), axis, true);
  const inverse = tf.rsqrt(tf.add(variance, epsilon));
  return { normalized: tf.mul(centered, inverse), inverse };
}
