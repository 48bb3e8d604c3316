/** Self-attention of a vision transformer. */

import * as tf from "@tensorflow/tfjs";
import { softmax } from "../../backend/ops/softmax.ts";
import type { TensorStore } from "../tensor_store.ts";
import { multipliedLinear } from "./linear.ts";

/**
 * Multi-head self-attention before its last layer, `proj`, with timm's layout: one linear layer makes queries, keys and
 * values, in that order, each split into heads. Per head of size d:
 *
 *     softmax(Q Kᵀ / √d) V
 *
 * @param x [B, T, E] tokens.
 * @param name PyTorch's name; has `qkv` below it.
 * @param headCount Divides E.
 * @returns [B, T, E]. Call it within a `tf.tidy`.
 */
export function mixTokens(
  tensors: TensorStore,
  x: tf.Tensor3D,
  name: string,
  headCount: number,
): tf.Tensor3D {
  const [batchSize, tokenCount, width] = x.shape;
  const headSize = width / headCount;
  const projected = multipliedLinear(tensors, x, `${name}.qkv`); // [B, T, 3 E]
  const split = tf.reshape(projected, [batchSize, tokenCount, 3, headCount, headSize]);
  const byPart = tf.transpose(split, [2, 0, 3, 1, 4]); // [3, B, heads, T, d]
  const [query, key, value] = tf.unstack(byPart) as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
  const scores = tf.matMul(tf.mul(query, 1 / Math.sqrt(headSize)), key, false, true);
  const mixed = tf.matMul(softmax(scores), value); // [B, heads, T, d]
  return tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), x.shape) as tf.Tensor3D;
}
