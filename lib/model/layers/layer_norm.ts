/** Layer norm over the last axis. */

import * as tf from "@tensorflow/tfjs";
import { isRecorded } from "../../backend/ops/run_kernel.ts";
import { measureRows, scaledLayerNorm } from "../../backend/ops/scaled_layer_norm.ts";
import { ONES, ZEROS } from "../initializer.ts";
import type { TensorSpec } from "../tensor_spec.ts";
import type { TensorStore } from "../tensor_store.ts";

/** Specs of one layer norm over F features, in PyTorch's order. */
export function layerNormSpecs(name: string, featureCount: number): TensorSpec[] {
  const shape = [featureCount];
  return [
    { name: `${name}.weight`, shape, role: "vector", init: ONES },
    { name: `${name}.bias`, shape, role: "vector", init: ZEROS },
  ];
}

/**
 * Normalizes the last axis to mean 0 and variance 1, then applies scale and shift.
 *
 * @param x [..., F]
 * @param name PyTorch's name of the layer.
 * @param epsilon Added to the variance, which divides by F.
 * @returns [..., F]. Call it within a `tf.tidy`.
 */
export function layerNorm<T extends tf.Tensor>(
  tensors: TensorStore,
  x: T,
  name: string,
  epsilon: number,
): T {
  const [scale, shift] = [tensors.get(`${name}.weight`), tensors.get(`${name}.bias`)];
  if (!isRecorded()) return scaledLayerNorm(x, scale, shift, epsilon);
  return tf.add(tf.mul(standardize(x, epsilon), scale), shift);
}

/**
 * x̂ = (x - mean) / σ with σ = sqrt(variance + ε) over the last axis. With g = dL/dx̂, in one step:
 *
 *     dL/dx = (g - mean(g) - x̂ · mean(g · x̂)) / σ
 *
 * x̂ and σ are computed again for the gradient: only x has to be kept.
 */
function standardize(x: tf.Tensor, epsilon: number): tf.Tensor {
  const axis = x.rank - 1;
  const run = tf.customGrad((input, save) => {
    const value = input as tf.Tensor;
    (save as (tensors: tf.Tensor[]) => void)([value]);
    const gradFunc = (upstream: tf.Tensor, saved: tf.Tensor[]) => {
      const { normalized, inverse } = measureRows(saved[0]!, epsilon);
      const along = tf.mul(normalized, tf.mean(tf.mul(upstream, normalized), axis, true));
      const rest = tf.sub(tf.sub(upstream, tf.mean(upstream, axis, true)), along);
      return tf.mul(rest, inverse);
    };
    return { value: measureRows(value, epsilon).normalized, gradFunc };
  });
  return run(x);
}
