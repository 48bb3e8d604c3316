/** Layer norm over the last axis. */

import * as tf from "@tensorflow/tfjs";
import { isRecorded } from "../../backend/ops/run_kernel.ts";
import {
  type LayerNormOptions,
  scaledLayerNorm,
  scaledLayerNormGradient,
} from "../../backend/ops/scaled_layer_norm.ts";
import { sumRows } from "../../backend/ops/sum_rows.ts";
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
  const options = { epsilon, isMultiplied, isRecorded: isRecorded() };
  const [scale, shift] = [tensors.get(`${name}.weight`), tensors.get(`${name}.bias`)];
  return options.isRecorded
    ? differentiableLayerNorm(x, scale, shift, options)
    : scaledLayerNorm(x, scale, shift, options);
}

type SaveTensors = (tensors: tf.Tensor[]) => void;

/** Keeps x alone for its gradient. */
function differentiableLayerNorm<T extends tf.Tensor>(
  x: T,
  scale: tf.Tensor,
  shift: tf.Tensor,
  options: LayerNormOptions,
): T {
  const run = tf.customGrad((...args) => {
    const [x, scale, shift, save] = args as [tf.Tensor, tf.Tensor, tf.Tensor, SaveTensors];
    save([x, scale]);
    const gradFunc = (dy: tf.Tensor, [x, scale]: tf.Tensor[]) => {
      const [dx, along] = scaledLayerNormGradient(x!, scale!, dy, options.epsilon);
      return [dx, sumRows(along), sumRows(dy)];
    };
    return { value: scaledLayerNorm(x, scale, shift, options), gradFunc };
  });
  return run(x, scale, shift) as T;
}
