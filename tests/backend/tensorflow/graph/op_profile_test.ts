import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import type { NodeBackend } from "../../../../lib/backend/tensorflow/eager/node_package.ts";
import {
  profileFunction,
  sumOpTimes,
} from "../../../../lib/backend/tensorflow/graph/op_profile.ts";
import { openTensorflow } from "../../../../lib/backend/tensorflow/open_tensorflow.ts";
import { testWithLibrary } from "../with_library.ts";

testWithLibrary("profileFunction() tells the ops of a function, and changes nothing", async () => {
  await openTensorflow();
  const { binding } = tf.backend() as NodeBackend;
  const weight = tf.variable(tf.fill([64, 64], 0.5));
  const x = tf.fill([64, 64], 2);
  tf.tidy(() => tf.add(weight, x)); // both are in TensorFlow's memory now
  const before = [tf.memory().numTensors, binding.getNumOfTensors()];
  const ops = profileFunction(
    ([x]) => {
      const y = tf.matMul(
        x as tf.Tensor2D,
        tf.matMul(x as tf.Tensor2D, weight as unknown as tf.Tensor2D),
      );
      weight.assign(y);
      return [tf.sum(y)];
    },
    [x],
    { variables: [weight] },
  );
  const products = ops.filter(({ op }) => op.includes("MatMul"));
  assertEquals(products.reduce((sum, { count }) => sum + count, 0), 2);
  assert(products.every(({ milliseconds }) => milliseconds >= 0 && milliseconds < 1000));
  assertEquals(weight.dataSync()[0], 0.5);
  assertEquals([tf.memory().numTensors, binding.getNumOfTensors()], before);
  tf.dispose([weight, x]);
});

testWithLibrary(
  "profileFunction() shows a function as it runs on a CPU: not optimized",
  async () => {
    await openTensorflow();
    const x = tf.fill([64, 64], 2);
    const ops = profileFunction(([x]) => [tf.neg(tf.neg(x!))], [x], { variables: [] });
    const count = ops.find(({ op }) => op === "Neg")?.count;
    const { choices } = (tf.backend() as NodeBackend).binding;
    if (!choices.isOptimized) assertEquals(count, 2); // an optimizer would leave none
    x.dispose();
  },
);

/** A message of fields: a text or message, or a whole number. */
function message(...fields: [number, string | number | Uint8Array][]): Uint8Array {
  const bytes = fields.flatMap(([number, value]) => {
    if (typeof value === "number") return [number << 3, value];
    const content = typeof value === "string" ? new TextEncoder().encode(value) : value;
    const length = content.length < 128
      ? [content.length]
      : [content.length % 128 + 128, content.length >> 7];
    return [number << 3 | 2, ...length, ...content];
  });
  return Uint8Array.from(bytes);
}

/** `DeviceStepStats` of one node that took so many microseconds, below 128. */
function device(name: string, node: string, microseconds: number): [number, Uint8Array] {
  return [1, message([1, name], [2, message([1, node], [3, 0], [4, microseconds])])];
}

Deno.test("sumOpTimes() counts a GPU's op once, with the time of the GPU", () => {
  const host = device("/job:localhost/replica:0/task:0/device:CPU:0", "c:Const", 9);
  const launch = device("/job:localhost/replica:0/task:0/device:GPU:0", "a:Conv2D", 5);
  const one = device("/device:GPU:0/stream:13", "a:Conv2D", 100);
  const all = device("/device:GPU:0/stream:all", "a:Conv2D", 100);
  const run = (...devices: [number, Uint8Array][]) => sumOpTimes(message([1, message(...devices)]));
  assertEquals(run(host, launch, one, all), [{ op: "Conv2D", count: 1, milliseconds: 0.1 }]);
  assertEquals(run(host, launch), [ // no record of streams
    { op: "Const", count: 1, milliseconds: 0.009 },
    { op: "Conv2D", count: 1, milliseconds: 0.005 },
  ]);
});
