/** Linear layers: y = x Wᵀ + b. */

import * as tf from "@tensorflow/tfjs";
import { addBias, addBiasTo } from "../../backend/ops/add_bias.ts";
import type { Initializer } from "../initializer.ts";
import type { TensorSpec } from "../tensor_spec.ts";
import type { TensorStore } from "../tensor_store.ts";

/** How the weight and the bias of a linear layer begin. */
export interface LinearInit {
  readonly weight: Initializer;
  readonly bias: Initializer;
}

/** Specs of a linear layer with bias, in PyTorch's order. */
export function linearSpecs(
  name: string,
  inputCount: number,
  outputCount: number,
  init: LinearInit,
): TensorSpec[] {
  return [
    {
      name: `${name}.weight`,
      shape: [outputCount, inputCount],
      role: "linear",
      init: init.weight,
    },
    { name: `${name}.bias`, shape: [outputCount], role: "vector", init: init.bias },
  ];
}

/** What a linear layer makes of rows [N, inputs], with its weight [outputs, inputs] and bias [outputs]: [N, outputs]. */
export type RowFunction = (rows: tf.Tensor2D, weight: tf.Tensor2D, bias: tf.Tensor1D) => tf.Tensor;

/**
 * Applies a linear layer to the last axis.
 *
 * @param x [..., inputs]
 * @param name PyTorch's name of the layer; its weight is [outputs, inputs].
 * @returns [..., outputs]. Call it within a `tf.tidy`.
 */
export function linear<T extends tf.Tensor>(tensors: TensorStore, x: T, name: string): T {
  return overRows(
    tensors,
    x,
    name,
    (rows, weight, bias) => tf.add(tf.matMul(rows, weight, false, true), bias),
  );
}

/** {@linkcode linear} for a result that goes into products alone, which round it to the precision of their region. */
export function multipliedLinear<T extends tf.Tensor>(
  tensors: TensorStore,
  x: T,
  name: string,
): T {
  return overRows(
    tensors,
    x,
    name,
    (rows, weight, bias) => addBias(tf.matMul(rows, weight, false, true), bias),
  );
}

/**
 * base + {@linkcode linear}.
 *
 * @param base [..., outputs]
 */
export function linearOnto<T extends tf.Tensor>(
  base: T,
  tensors: TensorStore,
  x: T,
  name: string,
): T {
  const baseRows = tf.reshape(base, [-1, base.shape.at(-1)!]);
  return overRows(
    tensors,
    x,
    name,
    (rows, weight, bias) => addBiasTo(baseRows, tf.matMul(rows, weight, false, true), bias),
  );
}

/** The same with anything else of its weight and bias in place of the layer. Call it within a `tf.tidy`. */
export function overRows<T extends tf.Tensor>(
  tensors: TensorStore,
  x: T,
  name: string,
  compute: RowFunction,
): T {
  const weight = tensors.get(`${name}.weight`) as unknown as tf.Tensor2D;
  const bias = tensors.get(`${name}.bias`) as unknown as tf.Tensor1D;
  const [outputCount, inputCount] = weight.shape;
  const rows = tf.reshape(x, [-1, inputCount]) as tf.Tensor2D;
  return tf.reshape(compute(rows, weight, bias), [...x.shape.slice(0, -1), outputCount]) as T;
}
