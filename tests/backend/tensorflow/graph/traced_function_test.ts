import { assert, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { compileFunction } from "../../../../lib/backend/compile.ts";
import type { NodeBackend } from "../../../../lib/backend/tensorflow/eager/node_package.ts";
import { openTensorflow } from "../../../../lib/backend/tensorflow/open_tensorflow.ts";
import type { TensorMetadata } from "../../../../lib/backend/tensorflow/eager/tensor_metadata.ts";
import { createOptimizer } from "../../../../lib/optim/optimizer.ts";
import { BACKBONES } from "../../../../lib/model/registry.ts";
import { createEmbedder, EVALUATION_MODE } from "../../../../lib/model/embedder.ts";
import { goldenTensor } from "../../../support/generator.ts";
import { testWithLibrary } from "../with_library.ts";

/** Opens the backend and counts the ops that reach TensorFlow until `stop`. */
async function openCounted() {
  await openTensorflow();
  const { binding } = tf.backend() as NodeBackend;
  const run = binding.executeOp;
  const names: string[] = [];
  binding.executeOp = function (...args) {
    if (!binding.isTracing()) names.push(args[0]);
    return run.apply(binding, args);
  };
  return { binding, names, stop: () => void (binding.executeOp = run) };
}

testWithLibrary("a compiled function runs as one op, also the first time", async () => {
  const { names, stop } = await openCounted();
  try {
    const compiled = compileFunction(([x]) => [tf.exp(tf.mul(tf.add(x!, 1), 2))], {
      name: "one op",
      variables: [],
    });
    const x = tf.tensor1d([0, 1]);
    for (let i = 0; i < 3; i++) compiled.run([x])[0]!.dispose();
    compiled.dispose();
    x.dispose();
    assertEquals(names.map((name) => name.replace(/\d+$/, "N")), Array(3).fill("one_op_N"));
  } finally {
    stop();
  }
});

testWithLibrary("thousands of calls leave no tensor in TensorFlow", async () => {
  await openTensorflow();
  const { binding } = tf.backend() as NodeBackend;
  const weight = tf.variable(tf.tensor1d([1, 2, 3]));
  const compiled = compileFunction(([x]) => {
    weight.assign(tf.mul(tf.add(weight, x!), 0.5));
    return [tf.sum(weight)];
  }, { name: "thousands", variables: [weight] });
  const x = tf.tensor1d([1, 0, -1]);
  compiled.run([x])[0]!.dispose();
  const before = binding.getNumOfTensors();
  for (let i = 0; i < 3000; i++) compiled.run([x])[0]!.dispose();
  assertEquals(binding.getNumOfTensors(), before);
  compiled.dispose();
  tf.dispose([weight, x]);
});

testWithLibrary("tensors that are neither inputs nor variables are constants", async () => {
  await openTensorflow();
  const [x, constant] = [tf.tensor1d([1, 2]), tf.tensor1d([10, 20])];
  tf.square(constant).dispose(); // its values are in TensorFlow's memory now
  const compiled = compileFunction(([x]) => [tf.add(x!, constant)], {
    name: "constant",
    variables: [],
  });
  compiled.run([x])[0]!.dispose();
  constant.dispose();
  const [sum] = compiled.run([x]);
  assertEquals([...sum!.dataSync()], [11, 22]);
  compiled.dispose();
  tf.dispose([x, sum!]);
});

testWithLibrary(
  "a large tensor that is neither input nor variable is refused, not baked in",
  async () => {
    await openTensorflow();
    const large = tf.fill([300, 300], 1);
    const compiled = compileFunction(() => [tf.sum(large)], { name: "large", variables: [] });
    const before = tf.memory().numTensors;
    assertThrows(
      () => compiled.run([]),
      Error,
      "Cannot trace function as a constant must have at most 65536 values: a tensor of shape [300,300] is used that is " +
        "neither an input nor a variable of the function",
    );
    assertEquals(tf.memory().numTensors, before);
    large.dispose();
  },
);

testWithLibrary(
  "a function that reads values cannot be traced, and leaves its variables alone",
  async () => {
    await openTensorflow();
    const { binding } = tf.backend() as NodeBackend;
    const weight = tf.variable(tf.tensor1d([1, 2]));
    const compiled = compileFunction(([x]) => {
      weight.assign(tf.add(weight, x!));
      return [tf.scalar(weight.dataSync()[0]!)];
    }, { name: "reads", variables: [weight] });
    const x = tf.tensor1d([5, 5]);
    weight.add(x).dispose(); // both are in TensorFlow's memory now
    const before = [tf.memory().numTensors, binding.getNumOfTensors()];
    assertThrows(
      () => compiled.run([x]),
      Error,
      "Cannot read tensor as it must have values: it is of a function being traced",
    );
    assertEquals([...weight.dataSync()], [1, 2]);
    assertEquals([tf.memory().numTensors, binding.getNumOfTensors()], before);
    assertEquals(binding.isTracing(), false);
    tf.dispose([weight, x]);
  },
);

testWithLibrary("an op that TensorFlow refuses is named, with its message", async () => {
  await openTensorflow();
  const { binding } = tf.backend() as NodeBackend;
  const id = binding.createTensor([2], 1, Float32Array.of(1, 2));
  const other = binding.createTensor([3], 1, Float32Array.of(1, 2, 3));
  const type = { name: "T", type: 4, value: 1 };
  const add = (inputs: readonly TensorMetadata[]) => [
    binding.executeOp("AddV2", [type], inputs.map(({ id }) => id), 1)[0]!.id,
  ];
  const error = assertThrows(() => binding.trace([id, other], add, () => null), Error);
  assertEquals(
    error.message.startsWith("Cannot add operation AddV2: Dimensions must be equal"),
    true,
  );
  const nested = () => binding.trace([], () => [], () => []);
  assertThrows(
    () => binding.trace([], nested, () => null),
    Error,
    "Cannot trace as another trace must have ended",
  );
  for (const tensor of [id, other]) binding.deleteTensor(tensor);
});

testWithLibrary("ops on one resource run in the order in which they were traced", async () => {
  await openTensorflow();
  const { binding } = tf.backend() as NodeBackend;
  const T = { name: "dtype", type: 4, value: 1 };
  const start = binding.createTensor([1], 1, Float32Array.of(1));
  const ids = binding.trace([start], ([one]) => {
    const attributes = [
      T,
      { name: "shape", type: 5, value: [1] },
      { name: "container", type: 0, value: "" },
      { name: "shared_name", type: 0, value: "order_of_ops" },
    ];
    const variable = binding.executeOp("VarHandleOp", attributes, [], 1)[0]!.id;
    const read = () => binding.executeOp("ReadVariableOp", [T], [variable], 1)[0]!.id;
    const reads: number[] = [];
    binding.executeOp("AssignVariableOp", [T], [variable, one!.id], 0);
    for (let i = 0; i < 20; i++) {
      reads.push(read());
      binding.executeOp("AssignAddVariableOp", [T], [variable, one!.id], 0);
    }
    return [...reads, read()];
  }, ({ graph, inputs, outputs }) => {
    graph.toFunction("order_of_ops", inputs, outputs);
    return binding.executeOp("order_of_ops", [], [start], outputs.length).map(({ id }) => id);
  });
  const values = ids.map((id) => (binding.tensorDataSync(id) as Float32Array)[0]!);
  assertEquals(values, Array.from({ length: 21 }, (_, i) => i + 1));
  for (const id of [start, ...ids]) binding.deleteTensor(id);
  binding.deleteFunction("order_of_ops");
});

testWithLibrary("a compiled update leaves no variable in TensorFlow", async () => {
  await openTensorflow();
  const { binding } = tf.backend() as NodeBackend;
  const run = binding.executeOp;
  const names: string[] = [];
  binding.executeOp = function (...args) {
    const name = args[1].find(({ name }) => name === "shared_name");
    if (args[0] === "VarHandleOp") names.push(name!.value as string);
    return run.apply(binding, args);
  };
  const parameter = tf.tidy(() => tf.variable(tf.tensor1d([1, 2])));
  const gradient = tf.tensor1d([3, 4]);
  const optimizer = createOptimizer({
    name: "adamw",
    learningRate: 0.1,
    proxyLearningRateMultiplier: 1,
    weightDecay: 0,
    clipValue: 10,
  });
  try {
    for (let i = 0; i < 2; i++) {
      optimizer.step(new Map([["p", parameter]]), new Map([["p", gradient]]));
    }
  } finally {
    binding.executeOp = run;
  }
  optimizer.dispose();
  tf.dispose([parameter, gradient]);
  assertEquals(names.length, 3); // parameter and moments, of one trace
  for (const name of names) {
    const attributes = [
      { name: "dtype", type: 4, value: 1 },
      { name: "shape", type: 5, value: [2] },
      { name: "container", type: 0, value: "" },
      { name: "shared_name", type: 0, value: name },
    ];
    const variable = binding.executeOp("VarHandleOp", attributes, [], 1)[0]!.id;
    const answer = binding.executeOp("VarIsInitializedOp", [], [variable], 1)[0]!.id;
    assertEquals(binding.tensorDataSync(answer), Uint8Array.of(0), name);
    for (const id of [variable, answer]) binding.deleteTensor(id);
  }
});

testWithLibrary(
  "a list input whose length no attribute tells takes what the others leave",
  async () => {
    await openTensorflow();
    const { binding } = tf.backend() as NodeBackend;
    const parts = [1, 2, 3].map((value) => binding.createTensor([1], 1, Float32Array.of(value)));
    const axis = binding.createTensor([], 3, Int32Array.of(0));
    const types = [{ name: "T", type: 4, value: 1 }, { name: "Tidx", type: 4, value: 3 }];
    const joined = binding.trace(
      parts,
      (inputs) => {
        const ids = [...inputs.map(({ id }) => id), axis];
        return [binding.executeOp("ConcatV2", types, ids, 1)[0]!.id];
      },
      ({ graph, inputs, outputs }) => {
        graph.toFunction("join_without_length", inputs, outputs);
        return binding.executeOp("join_without_length", [], parts, 1)[0]!.id;
      },
    );
    assertEquals(binding.tensorDataSync(joined), Float32Array.of(1, 2, 3));
    for (const id of [...parts, axis, joined]) binding.deleteTensor(id);
    binding.deleteFunction("join_without_length");
  },
);

for (const backbone of BACKBONES) {
  testWithLibrary(
    `${backbone.name} compiled is ${backbone.name} op by op, in features and gradients`,
    async () => {
      await openTensorflow();
      const embedder = createEmbedder({ backbone, embeddingSize: 8, seed: 3 });
      const shape: [number, number, number, number] = [2, 64, 64, 3];
      const images = tf.tensor4d(goldenTensor(shape, 4, 2), shape);
      const weights = tf.tensor2d(goldenTensor([2, 8], 5), [2, 8]);
      const [first] = embedder.backboneNames;
      const watched = [
        embedder.tensors.get(first!),
        embedder.tensors.get(embedder.headNames.at(-2)!),
      ];
      const differentiate = (images: tf.Tensor) => {
        const { value, grads } = tf.variableGrads(() => {
          const embeddings = embedder.embed(images as tf.Tensor4D, EVALUATION_MODE);
          return tf.sum(tf.mul(embeddings, weights)) as tf.Scalar;
        }, watched);
        return [value as tf.Tensor, ...watched.map(({ name }) => grads[name]!)];
      };
      const compiled = compileFunction(([images]) => differentiate(images!), {
        name: backbone.name,
        variables: embedder.tensors.variables(),
      });
      const actual = compiled.run([images]);
      const expected = tf.tidy(() => differentiate(images));
      for (const [i, tensor] of expected.entries()) {
        const values = tensor.dataSync<"float32">();
        const error = distance(actual[i]!.dataSync<"float32">(), values) / distance(values);
        // Another order of sums moves activations across zero, and their gradients come or go: a wrong gradient is off by 1.
        assert(error <= (i === 0 ? 1e-4 : 1e-2), `output ${i}: ${error}`);
      }
      compiled.dispose();
      tf.dispose([images, weights, ...actual, ...expected]);
      embedder.dispose();
    },
  );
}

testWithLibrary("with isEager, functions run op by op, to the same values", async () => {
  const ask = async (isEager: boolean) => {
    const url = new URL("./eager_worker.ts", import.meta.url);
    const worker = new Worker(url, { type: "module" });
    const message = await new Promise<{ names: string[]; values: number[] }>((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = (event) => reject(new Error(event.message));
      worker.postMessage({ isEager });
    });
    worker.terminate();
    return message;
  };
  const [eager, compiled] = [await ask(true), await ask(false)];
  assertEquals(eager.names, ["Square", "Exp"]);
  assertEquals(compiled.names.map((name) => name.replace(/\d+$/, "N")), ["example_N"]);
  assertEquals(eager.values, compiled.values);
});

/** Euclidean distance of two arrays, or length of one. */
function distance(a: Float32Array, b?: Float32Array): number {
  return Math.hypot(...a.map((value, i) => value - (b ? b[i]! : 0)));
}
