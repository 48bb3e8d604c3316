/** Layer norm over the last axis. */

import * as tf from "@tensorflow/tfjs";
import { fuse, type FusedBody } from "../../backend/ops/fuse.ts";
import { isRecorded } from "../../backend/ops/run_kernel.ts";
import {
  composeScaledLayerNorm,
  type LayerNormOptions,
  measureRows,
  scaledLayerNorm,
} from "../../backend/ops/scaled_layer_norm.ts";
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
 * @param isMultiplied Whether the result goes into products alone, which round it to the precision of their region.
 * @returns [..., F]. Call it within a `tf.tidy`.
 */
export function layerNorm<T extends tf.Tensor>(
  tensors: TensorStore,
  x: T,
  name: string,
  epsilon: number,
  isMultiplied = false,
): T {
  const options = { epsilon, isMultiplied };
  const [scale, shift] = [tensors.get(`${name}.weight`), tensors.get(`${name}.bias`)];
  return isRecorded()
    ? differentiableLayerNorm(x, scale, shift, options)
    : scaledLayerNorm(x, scale, shift, options);
}

type SaveTensors = (tensors: tf.Tensor[]) => void;

/**
 * y = x̂ γ + β, x̂ = (x - mean) / σ with σ = sqrt(variance + ε) over the last axis. With g = γ dL/dy, in one step:
 *
 *     dL/dx = (g - mean(g) - x̂ · mean(g · x̂)) / σ
 *
 * x̂ and σ are computed again for the gradient: only x has to be kept.
 */
function differentiableLayerNorm<T extends tf.Tensor>(
  x: T,
  scale: tf.Tensor,
  shift: tf.Tensor,
  options: LayerNormOptions,
): T {
  const { epsilon } = options;
  const rowAxes = Array.from({ length: x.rank - 1 }, (_, axis) => axis);
  const run = tf.customGrad((...args) => {
    const [x, scale, shift, save] = args as [tf.Tensor, tf.Tensor, tf.Tensor, SaveTensors];
    save([x, scale]);
    const gradFunc = (upstream: tf.Tensor, [x, scale]: tf.Tensor[]) => {
      const inputs = [x!, scale!, upstream];
      const [dx, along] = fuse({ name: `layer_norm_gradient_${epsilon}`, body }, inputs);
      return [dx!, tf.sum(along!, rowAxes), tf.sum(upstream, rowAxes)];
    };
    return { value: composeScaledLayerNorm({ x, scale, shift }, { ...options })[0]!, gradFunc };
  });
  const body: FusedBody = ([x, scale, upstream]) => {
    const { normalized, inverse } = measureRows(x!, epsilon);
    const g = tf.mul(upstream!, scale!);
    const along = tf.mul(normalized, tf.mean(tf.mul(g, normalized), -1, true));
    const dx = tf.mul(tf.sub(tf.sub(g, tf.mean(g, -1, true)), along), inverse);
    return [dx, tf.mul(upstream!, normalized)];
  };
  return run(x, scale, shift) as T;
}
