import { assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { relu } from "../../lib/backend/ops/relu.ts";
import { testOnEachOpenBackend } from "./each_open_backend.ts";
import { readTensors } from "./read_tensors.ts";

testOnEachOpenBackend(
  "relu() passes a gradient where its result is above 0, and none at 0",
  async () => {
    const [value, gradient] = await readTensors(() => {
      const x = tf.tensor1d([-2, -0, 0, 1e-30, 3]);
      const upstream = tf.tensor1d([5, 6, 7, 8, 9]);
      return [relu(x), tf.grad((x) => tf.sum(tf.mul(relu(x), upstream)))(x)];
    });
    assertEquals([...value!].map((y) => y + 0), [0, 0, 0, Math.fround(1e-30), 3]);
    assertEquals([...gradient!].map((y) => y + 0), [0, 0, 0, 8, 9]);
  },
);
