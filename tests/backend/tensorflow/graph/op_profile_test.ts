import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import type { NodeBackend } from "../../../../lib/backend/tensorflow/eager/node_package.ts";
import { profileFunction } from "../../../../lib/backend/tensorflow/graph/op_profile.ts";
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
