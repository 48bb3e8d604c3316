/** Batch norm over the last axis, with PyTorch's running statistics. */

import * as tf from "@tensorflow/tfjs";
import { batchNormTrain } from "../../backend/ops/batch_norm_train.ts";
import { ONES, ZEROS } from "../initializer.ts";
import type { TensorSpec } from "../tensor_spec.ts";
import type { TensorStore } from "../tensor_store.ts";
import type { LayerContext } from "./layer_context.ts";

/** Added to the variance; PyTorch's default. */
const BATCH_NORM_EPSILON = 1e-5;

/** Specs of one batch norm over C channels, in PyTorch's order. */
export function batchNormSpecs(name: string, channelCount: number): TensorSpec[] {
  const shape = [channelCount];
  return [
    { name: `${name}.weight`, shape, role: "vector", init: ONES },
    { name: `${name}.bias`, shape, role: "vector", init: ZEROS },
    { name: `${name}.running_mean`, shape, role: "running_mean", init: ZEROS },
    { name: `${name}.running_var`, shape, role: "running_var", init: ONES },
  ];
}

/** A batch norm with fixed statistics, as the affine map that it is: y = scale · x + shift. */
export interface FrozenAffine {
  /** [C] */
  readonly scale: tf.Tensor1D;
  /** [C] */
  readonly shift: tf.Tensor1D;
}

/**
 * The affine map of a batch norm with running statistics, differentiable in γ and β:
 *
 *     scale = γ / sqrt(variance + ε),  shift = β - mean · scale
 *
 * Call it within a `tf.tidy`.
 */
export function frozenAffine(tensors: TensorStore, name: string): FrozenAffine {
  const variance = tensors.get(`${name}.running_var`);
  const scale = tf.mul(
    tensors.get(`${name}.weight`),
    tf.rsqrt(tf.add(variance, BATCH_NORM_EPSILON)),
  );
  const mean = tensors.get(`${name}.running_mean`);
  const shift = tf.sub(tensors.get(`${name}.bias`), tf.mul(mean, scale));
  return { scale: scale as tf.Tensor1D, shift: shift as tf.Tensor1D };
}

/**
 * Normalizes each channel and applies scale and shift; in mode `train`, moves the running statistics:
 *
 *     running = (1 - momentum) · running + momentum · statistic of the batch
 *
 * The batch's variance divides by n to normalize and by n - 1 to enter the running one, as in PyTorch.
 *
 * @param x [..., C]
 * @param name PyTorch's name of the layer.
 * @returns [..., C]. Call it within a `tf.tidy`.
 * @throws {RangeError} If mode is `train` and each channel has fewer than two values.
 */
export function batchNorm<T extends tf.Tensor>(context: LayerContext, x: T, name: string): T {
  const { tensors } = context;
  if (context.batchNorm === "frozen") {
    const { scale, shift } = frozenAffine(tensors, name);
    return tf.add(tf.mul(x, scale), shift);
  }
  const scale = tensors.get(`${name}.weight`) as tf.Tensor1D;
  const shift = tensors.get(`${name}.bias`) as tf.Tensor1D;
  const valueCount = x.size / scale.size;
  if (valueCount < 2) {
    throw new RangeError(
      `Cannot normalize batch at ${name} as each channel must have at least 2 values: ` +
        `it is ${valueCount}`,
    );
  }
  const { y, mean, variance } = batchNormTrain(x, scale, shift, BATCH_NORM_EPSILON);
  const unbiased = tf.mul(variance, valueCount / (valueCount - 1));
  moveRunning(tensors.get(`${name}.running_mean`), mean, context.momentum);
  moveRunning(tensors.get(`${name}.running_var`), unbiased, context.momentum);
  return y as T;
}

function moveRunning(running: tf.Variable, statistic: tf.Tensor, momentum: number): void {
  running.assign(tf.add(tf.mul(running, 1 - momentum), tf.mul(statistic, momentum)));
}
