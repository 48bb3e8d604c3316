import { assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { compileFunction, type TensorFunction } from "../../../../lib/backend/compile.ts";
import type { NodeBackend } from "../../../../lib/backend/tensorflow/eager/node_package.ts";
import { openTensorflow } from "../../../../lib/backend/tensorflow/open_tensorflow.ts";
import { createEmbedder } from "../../../../lib/model/embedder.ts";
import { BACKBONES } from "../../../../lib/model/registry.ts";
import { testWithLibrary } from "../with_library.ts";

/** Opens the backend, and keeps how many inputs and outputs each function has that runs aside. */
async function openCounted() {
  await openTensorflow();
  const { binding } = tf.backend() as NodeBackend;
  const run = binding.executeOpAside;
  const calls: string[] = [];
  binding.executeOpAside = function (...args) {
    calls.push(`${args[2].length} to ${args[3]}`);
    return run.apply(binding, args);
  };
  return { binding, calls, stop: () => void (binding.executeOpAside = run) };
}

/** Calls it three times while its variables are kept, and three times without. */
async function callAll(fn: TensorFunction, variables: readonly tf.Variable[], x: tf.Tensor) {
  const { binding, calls, stop } = await openCounted();
  const compiled = compileFunction(fn, { name: "parts", variables });
  const run = async () => {
    for (let i = 0; i < 3; i++) tf.dispose(await compiled.runAside([x]));
  };
  try {
    await run(); // TensorFlow has all values now
    calls.length = 0;
    const before = binding.getNumOfTensors();
    await compiled.keepVariables(run);
    await run();
    assertEquals(binding.getNumOfTensors(), before);
    return calls;
  } finally {
    compiled.dispose();
    stop();
  }
}

testWithLibrary("what depends on kept variables alone runs once", async () => {
  await openTensorflow();
  const [a, b] = tf.tidy(() => [tf.variable(tf.ones([2, 2])), tf.variable(tf.ones([2, 2]))]);
  const x = tf.ones([2, 2]);
  const ofBoth: TensorFunction = ([x]) => {
    const product = tf.matMul(a!, tf.relu(b!)); // one tensor of these goes on, and b itself
    return [tf.add(tf.matMul(x!, product), b!)];
  };
  const inputs = "3 to 1"; // x, a, b
  assertEquals(await callAll(ofBoth, [a!, b!], x), [
    ...["2 to 1", "4 to 1", "4 to 1", "4 to 1"],
    ...[inputs, inputs, inputs],
  ]);
  const ofInput: TensorFunction = ([x]) => [tf.add(tf.matMul(x!, a!), b!)];
  assertEquals(await callAll(ofInput, [a!, b!], x), Array(6).fill(inputs));
  tf.dispose([a!, b!, x]);
});

testWithLibrary("a function that assigns a variable does not keep it", async () => {
  await openTensorflow();
  const weight = tf.tidy(() => tf.variable(tf.ones([2])));
  const compiled = compileFunction(([x]) => {
    weight.assign(tf.add(weight, x!));
    return [tf.relu(x!)];
  }, { name: "assigning", variables: [weight] });
  const x = tf.ones([2]);
  const error = await assertRejects(
    () => compiled.keepVariables(() => compiled.runAside([x])),
    Error,
  );
  assertEquals(error.message, "Cannot keep variables of assigning as it must assign none: it does");
  assertEquals([...await weight.data()], [1, 1]);
  compiled.dispose();
  tf.dispose([weight, x]);
});

for (const backbone of BACKBONES) {
  testWithLibrary(
    `${backbone.name} embeds to the same bits while its tensors are kept`,
    async () => {
      await openTensorflow();
      const embedder = createEmbedder({ backbone, embeddingSize: 8, seed: 3 });
      const { inputSize } = backbone.preset;
      const images = tf.randomUniform(
        [1, inputSize, inputSize, 3],
        -1,
        1,
        "float32",
        7,
      ) as tf.Tensor4D;
      const embed = async () => {
        const embeddings = await embedder.embedEvaluation(images);
        const values = [...await embeddings.data()];
        embeddings.dispose();
        return values;
      };
      const expected = await embed();
      const kept = await embedder.keepTensors(async () => [await embed(), await embed()]);
      assertEquals(kept, [expected, expected]);
      embedder.dispose();
      images.dispose();
    },
  );
}
