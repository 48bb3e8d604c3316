/** The hidden layer of a transformer's perceptron: linear, then GELU. */

import * as tf from "@tensorflow/tfjs";
import { linearGelu } from "../../backend/ops/linear_gelu.ts";
import { isRecorded } from "../../backend/ops/run_kernel.ts";
import type { TensorStore } from "../tensor_store.ts";
import { gelu } from "./gelu.ts";
import { linear } from "./linear.ts";

/**
 * gelu(x Wᵀ + b) over the last axis.
 *
 * @param x [..., inputs]
 * @param name PyTorch's name of the linear layer; its weight is [outputs, inputs].
 * @returns [..., outputs]. Call it within a `tf.tidy`.
 */
export function hiddenLayer<T extends tf.Tensor>(tensors: TensorStore, x: T, name: string): T {
  if (isRecorded()) return gelu(linear(tensors, x, name));
  const weight = tensors.get(`${name}.weight`) as unknown as tf.Tensor2D;
  const bias = tensors.get(`${name}.bias`) as unknown as tf.Tensor1D;
  const [outputCount, inputCount] = weight.shape;
  const rows = tf.reshape(x, [-1, inputCount]) as tf.Tensor2D;
  return tf.reshape(linearGelu(rows, weight, bias), [...x.shape.slice(0, -1), outputCount]) as T;
}
