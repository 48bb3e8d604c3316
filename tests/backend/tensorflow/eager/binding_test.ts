import { assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import {
  boolAttribute,
  floatAttribute,
  intAttribute,
  shapeAttribute,
  stringAttribute,
  typeAttribute,
  typeListAttribute,
} from "../../../../lib/backend/tensorflow/library/attributes.ts";
import type { TensorflowBinding } from "../../../../lib/backend/tensorflow/eager/binding.ts";
import { ATTRIBUTE_TYPES, DATA_TYPES } from "../../../../lib/backend/tensorflow/library/codes.ts";
import type { NodeBackend } from "../../../../lib/backend/tensorflow/eager/node_package.ts";
import { openTensorflow } from "../../../../lib/backend/tensorflow/open_tensorflow.ts";
import { testWithLibrary } from "../with_library.ts";

/** Declares a test of the binding that leaves as many tensors as it finds. */
function testBinding(sentence: string, run: (binding: TensorflowBinding) => void): void {
  testWithLibrary(sentence, async () => {
    await openTensorflow();
    const { binding } = tf.backend() as NodeBackend;
    const before = binding.getNumOfTensors();
    run(binding);
    assertEquals(binding.getNumOfTensors(), before);
  });
}

const { TF_FLOAT, TF_INT32, TF_INT64, TF_BOOL, TF_UINT8, TF_COMPLEX64, TF_STRING } = DATA_TYPES;
const ROUND_TRIPS = [
  ["float32", TF_FLOAT, [2, 3], Float32Array.of(0, -1.5, 3e38, NaN, Infinity, 1e-40)],
  ["int32", TF_INT32, [2], Int32Array.of(-(2 ** 31), 2 ** 31 - 1)],
  ["bool", TF_BOOL, [3], Uint8Array.of(1, 0, 1)],
  ["complex64", TF_COMPLEX64, [2], Float32Array.of(1, 2, 3, 4)],
  ["a scalar", TF_FLOAT, [], Float32Array.of(7)],
  ["no values", TF_FLOAT, [0, 3], new Float32Array(0)],
] as const;

for (const [what, type, shape, values] of ROUND_TRIPS) {
  testBinding(`createTensor() and tensorDataSync() keep ${what}`, (binding) => {
    const id = binding.createTensor(shape, type, values);
    const read = binding.tensorDataSync(id);
    assertEquals(read, values as typeof read);
    binding.deleteTensor(id);
  });
}

testBinding("an int64 is written as two int32 and read as a BigInt64Array", (binding) => {
  const id = binding.createTensor([2], TF_INT64, Int32Array.of(5, 0, -1, -1));
  assertEquals(binding.tensorDataSync(id), BigInt64Array.of(5n, -1n));
  binding.deleteTensor(id);
});

testBinding("a uint8 is read as the int32 that tfjs takes it for", (binding) => {
  const id = binding.createTensor([2], TF_UINT8, Uint8Array.of(3, 255));
  assertEquals(binding.tensorDataSync(id), Int32Array.of(3, 255));
  binding.deleteTensor(id);
});

testBinding("texts of any length live as long as the last tensor that has them", (binding) => {
  const texts = ["", "short", "longer than the 23 bytes that a tstring has inside", "ünï\0cödé"]
    .map((text) => new TextEncoder().encode(text));
  const id = binding.createTensor([2, 2], TF_STRING, texts);
  const shapeId = binding.createTensor([1], TF_INT32, Int32Array.of(4));
  const attributes = [typeAttribute("T", TF_STRING), typeAttribute("Tshape", TF_INT32)];
  const [flat] = binding.executeOp("Reshape", attributes, [id, shapeId], 1); // on the same memory
  binding.deleteTensor(id);
  assertEquals(binding.tensorDataSync(flat!.id), texts);
  for (const id of [flat!.id, shapeId]) binding.deleteTensor(id);
});

testBinding("createTensor() refuses values of another type or count", (binding) => {
  assertThrows(
    () => binding.createTensor([1], TF_FLOAT, Int32Array.of(1)),
    TypeError,
    "Cannot create tensor as values of type 1 must be in a Float32Array: they are in a Int32Array",
  );
  assertThrows(
    () => binding.createTensor([2, 2], TF_FLOAT, new Float32Array(3)),
    RangeError,
    "Cannot create tensor as shape [2,2] must have 4 entries: there are 3",
  );
});

testBinding("a tensor that was deleted cannot be used", (binding) => {
  const id = binding.createTensor([], TF_FLOAT, Float32Array.of(1));
  binding.deleteTensor(id);
  const message = `Cannot use tensor as it must exist: number ${id} does not`;
  assertThrows(() => binding.deleteTensor(id), RangeError, message);
  assertThrows(() => binding.tensorDataSync(id), RangeError, message);
  assertThrows(() => binding.executeOp("Relu", [], [id], 1), RangeError, message);
});

testBinding(
  "a failing op gives its name and TensorFlow's message, and can be run again",
  (binding) => {
    const ids = [[2, 3], [2, 3]].map((shape) =>
      binding.createTensor(shape, TF_FLOAT, new Float32Array(6).fill(1))
    );
    const multiply = (isTransposed: boolean) =>
      binding.executeOp(
        "MatMul",
        [typeAttribute("T", TF_FLOAT), boolAttribute("transpose_b", isTransposed)],
        ids,
        1,
      )[0]!;
    const error = assertThrows(() => multiply(false), Error) as Error;
    assertEquals(
      error.message.startsWith(
        "Cannot run TensorFlow op MatMul: Matrix size-incompatible: In[0]: [2,3]",
      ),
      true,
      error.message,
    );
    const { id, shape } = multiply(true);
    assertEquals([shape, binding.tensorDataSync(id)], [[2, 2], Float32Array.of(3, 3, 3, 3)]);
    for (const tensor of [...ids, id]) binding.deleteTensor(tensor);
  },
);

testBinding("an op that TensorFlow does not have is named", (binding) => {
  const error = assertThrows(() => binding.executeOp("NoSuchOp", [], [], 1), Error) as Error;
  assertEquals(error.message.startsWith("Cannot run TensorFlow op NoSuchOp: "), true);
});

testBinding("attributes of every kind arrive", (binding) => {
  const float = (shape: number[], ...values: number[]) =>
    binding.createTensor(shape, TF_FLOAT, Float32Array.from(values));
  const run = (...args: Parameters<TensorflowBinding["executeOp"]>) => {
    const outputs = binding.executeOp(...args);
    const results = outputs.map(({ id, shape }) => [shape, [...binding.tensorDataSync(id)]]);
    for (const { id } of outputs) binding.deleteTensor(id);
    return results;
  };
  const T = typeAttribute("T", TF_FLOAT);
  const x = float([1, 2, 2, 1], 1, 2, 3, 4);
  const [bias, filter] = [float([1], -2), float([1, 1, 1, 1], 1)];
  // A list of ints and a string.
  const pool = [T, intAttribute("ksize", [1, 2, 2, 1]), intAttribute("strides", [1, 2, 2, 1])];
  assertEquals(
    run("MaxPool", [...pool, stringAttribute("padding", "VALID")], [x], 1),
    [[[1, 1, 1, 1], [4]]],
  );
  // A list of strings, a list of types, an int, a float.
  const fused = [
    T,
    ...[intAttribute("num_args", 1), typeListAttribute("TArgs", [TF_FLOAT])],
    ...[intAttribute("strides", [1, 1, 1, 1]), stringAttribute("padding", "VALID")],
    ...[stringAttribute("fused_ops", ["BiasAdd", "Relu"]), floatAttribute("epsilon", 0)],
  ].filter(({ name }) => name !== "TArgs" || binding.hasAttribute("_FusedConv2D", "TArgs"));
  assertEquals(run("_FusedConv2D", fused, [x, filter, bias], 1), [[[1, 2, 2, 1], [0, 0, 1, 2]]]);
  // A float and a bool.
  assertEquals(run("LeakyRelu", [T, floatAttribute("alpha", 0.25)], [bias], 1), [[[1], [-0.5]]]);
  const axis = binding.createTensor([1], TF_INT32, Int32Array.of(1));
  const sum = [T, typeAttribute("Tidx", TF_INT32), boolAttribute("keep_dims", true)];
  assertEquals(run("Sum", sum, [x, axis], 1), [[[1, 1, 2, 1], [4, 6]]]);
  // A shape, whole and of unknown rank.
  for (const shape of [[1, 2, 2, 1], null]) {
    assertEquals(
      run(
        "PlaceholderWithDefault",
        [typeAttribute("dtype", TF_FLOAT), shapeAttribute("shape", shape)],
        [x],
        1,
      ),
      [[[1, 2, 2, 1], [1, 2, 3, 4]]],
    );
  }
  // A negative int.
  const column = float([2, 1], 5, 6);
  assertEquals(run("Squeeze", [T, intAttribute("squeeze_dims", [-1])], [column], 1), [
    [[2], [5, 6]],
  ]);
  for (const id of [x, bias, filter, axis, column]) binding.deleteTensor(id);
});

testBinding("lists of floats, bools and shapes arrive", (binding) => {
  const attributes = [
    { name: "boundaries", type: ATTRIBUTE_TYPES.TF_ATTR_FLOAT, value: [0, 10, 100] },
    typeAttribute("T", TF_FLOAT),
  ];
  const x = binding.createTensor([3], TF_FLOAT, Float32Array.of(-5, 50, 500));
  const [buckets] = binding.executeOp("Bucketize", attributes, [x], 1);
  assertEquals(binding.tensorDataSync(buckets!.id), Int32Array.of(0, 2, 3));
  const queue = [
    typeListAttribute("component_types", [TF_FLOAT, TF_FLOAT]),
    { name: "shapes", type: ATTRIBUTE_TYPES.TF_ATTR_SHAPE, value: [[2, 3], []] },
    stringAttribute("shared_name", "lists_arrive"),
  ];
  const [handle] = binding.executeOp("FIFOQueueV2", queue, [], 1);
  const components = [typeListAttribute("Tcomponents", [TF_FLOAT, TF_FLOAT])];
  const wrong = () => binding.executeOp("QueueEnqueueV2", components, [handle!.id, x, x], 0);
  const error = assertThrows(wrong, Error) as Error;
  assertEquals(
    error.message.includes("Shape mismatch in tuple component 0. Expected [2,3], got [3]"),
    true,
    error.message,
  );
  for (const id of [x, buckets!.id, handle!.id]) binding.deleteTensor(id);
});

testBinding("an unknown kind of attribute is named", (binding) => {
  const attribute = { name: "T", type: 99, value: 1 };
  assertThrows(
    () => binding.executeOp("Relu", [attribute], [], 1),
    TypeError,
    "Cannot set attribute as its kind must be one of TF_ATTR_STRING, TF_ATTR_INT, TF_ATTR_FLOAT, " +
      "TF_ATTR_BOOL, TF_ATTR_TYPE, TF_ATTR_SHAPE, TF_ATTR_RESOURCE: it is 99",
  );
});
