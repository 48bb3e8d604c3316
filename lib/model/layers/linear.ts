/** Linear layers: y = x Wᵀ + b. */

import * as tf from "@tensorflow/tfjs";
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

/**
 * Applies a linear layer to the last axis.
 *
 * @param x [..., inputs]
 * @param name PyTorch's name of the layer; its weight is [outputs, inputs].
 * @returns [..., outputs]. Call it within a `tf.tidy`.
 */
export function linear<T extends tf.Tensor>(tensors: TensorStore, x: T, name: string): T {
  const weight = tensors.get(`${name}.weight`) as unknown as tf.Tensor2D;
  const [outputCount, inputCount] = weight.shape;
  const rows = tf.reshape(x, [-1, inputCount]) as tf.Tensor2D;
  const product = tf.add(tf.matMul(rows, weight, false, true), tensors.get(`${name}.bias`));
  return tf.reshape(product, [...x.shape.slice(0, -1), outputCount]) as T;
}
