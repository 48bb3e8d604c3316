/** The hidden layer of a transformer's perceptron: linear, then GELU. */

import type * as tf from "@tensorflow/tfjs";
import { gelu } from "../../backend/ops/gelu.ts";
import { linearGelu } from "../../backend/ops/linear_gelu.ts";
import { isRecorded } from "../../backend/ops/run_kernel.ts";
import type { TensorStore } from "../tensor_store.ts";
import { linear, overRows } from "./linear.ts";

/**
 * gelu(x Wᵀ + b) over the last axis.
 *
 * @param x [..., inputs]
 * @param name PyTorch's name of the linear layer; its weight is [outputs, inputs].
 * @returns [..., outputs]. Call it within a `tf.tidy`.
 */
export function hiddenLayer<T extends tf.Tensor>(tensors: TensorStore, x: T, name: string): T {
  if (isRecorded()) return gelu(linear(tensors, x, name));
  return overRows(tensors, x, name, linearGelu);
}
