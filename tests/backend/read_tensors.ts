/** Reading results in the way that every backend has. */

import { assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";

/** Computes tensors within a tidy and reads their values; fails if anything stays allocated. */
export async function readTensors(compute: () => tf.Tensor[]): Promise<Float32Array[]> {
  const before = tf.memory().numTensors;
  const tensors = tf.tidy(compute);
  const values: Float32Array[] = [];
  for (const tensor of tensors) values.push(Float32Array.from(await tensor.data<"float32">()));
  tf.dispose(tensors);
  assertEquals(tf.memory().numTensors, before, "tensors stay allocated");
  return values;
}
