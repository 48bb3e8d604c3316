import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { InputError } from "../../lib/errors.ts";
import { ZEROS } from "../../lib/model/initializer.ts";
import type { TensorSpec } from "../../lib/model/tensor_spec.ts";
import type { NamedTensor } from "../../lib/file/named_tensor.ts";
import { createTensorStore } from "../../lib/model/tensor_store.ts";
import { RandomStream } from "../../lib/random_stream.ts";

const NORMAL = { kind: "normal", deviation: 1 } as const;
const SPECS: readonly TensorSpec[] = [
  { name: "conv.weight", shape: [4, 3, 2, 1], role: "conv", init: NORMAL },
  { name: "fc.weight", shape: [2, 3], role: "linear", init: NORMAL },
  { name: "bn.running_mean", shape: [3], role: "running_mean", init: ZEROS },
];

const createStore = (specs = SPECS) => createTensorStore(specs, RandomStream.named(1, "weights"));

/** Tensors for SPECS whose values count up from `first`. */
function countUp(first: number): NamedTensor[] {
  return SPECS.map(({ name, shape }) => {
    const size = shape.reduce((product, extent) => product * extent, 1);
    return { name, shape, data: Float32Array.from({ length: size }, (_, i) => first + i) };
  });
}

Deno.test("TensorStore keeps filters as [H, W, I, O] and gives them back as [O, I, H, W]", async () => {
  const store = createStore();
  store.load(countUp(5));
  assertEquals(store.get("conv.weight").shape, [2, 1, 3, 4]);
  assertEquals(store.get("fc.weight").shape, [2, 3]);
  // [h = 0, w = 0, i = 0, o = 1] is [o = 1, i = 0, h = 0, w = 0]: one output further, 3 · 2 · 1 entries.
  assertEquals(store.get("conv.weight").dataSync()[1], 5 + 6);
  assertEquals(await store.export(), countUp(5));
  store.dispose();
});

Deno.test("TensorStore tells parameters from running statistics", () => {
  const store = createStore();
  assertEquals(store.parameterNames(), ["conv.weight", "fc.weight"]);
  assertEquals(store.bufferNames(), ["bn.running_mean"]);
  assert(store.get("fc.weight").trainable);
  assert(!store.get("bn.running_mean").trainable);
  store.dispose();
});

Deno.test("createTensorStore() gives a tensor the same values in any order and company", async () => {
  const [whole, part] = [createStore(), createStore([SPECS[1]!])];
  const [, expected] = await whole.export();
  const [actual] = await part.export();
  assertEquals(actual, expected);
  whole.dispose();
  part.dispose();
});

Deno.test("createTensorStore() gives tensors of one shape different values", async () => {
  const twin = { ...SPECS[1]!, name: "twin.weight" };
  const store = createStore([SPECS[1]!, twin]);
  const [first, second] = await store.export();
  assertNotEquals(first!.data, second!.data);
  store.dispose();
});

Deno.test("createTensorStore() refuses a name that occurs twice", () => {
  assertThrows(
    () => createStore([SPECS[0]!, SPECS[0]!]),
    RangeError,
    `Cannot create store as names must differ: "conv.weight" occurs twice`,
  );
});

Deno.test("TensorStore.get() refuses an unknown name", () => {
  const store = createStore();
  assertThrows(
    () => store.get("fc"),
    RangeError,
    `Cannot get tensor as it must be stored: it is "fc"`,
  );
  store.dispose();
});

Deno.test("TensorStore.load() lists every tensor that does not fit and changes none", async () => {
  const store = createStore();
  const before = await store.export();
  const [conv, , mean] = countUp(0) as [NamedTensor, NamedTensor, NamedTensor];
  const tensors = [
    { ...conv, shape: [3, 4, 2, 1] },
    { ...mean, data: Float32Array.of(0, NaN, 0) },
    { ...mean, name: "other" },
  ];
  const error = assertThrows(() => store.load(tensors, { source: "some/file.pth" }), InputError);
  assertEquals(
    error.message,
    "some/file.pth: Cannot load weights as names, shapes and values must be those of the network: " +
      "1 missing: fc.weight; 1 unexpected: other; " +
      "1 misshapen: conv.weight [3,4,2,1] instead of [4,3,2,1]; 1 not finite: bn.running_mean",
  );
  assertEquals(await store.export(), before);
  store.dispose();
});

Deno.test("TensorStore.load() lists the first ten of a kind and counts the rest", () => {
  const store = createStore();
  const extra = Array.from({ length: 12 }, (_, i) => ({ ...countUp(0)[2]!, name: `x${i}` }));
  const error = assertThrows(() => store.load([...countUp(0), ...extra]), InputError);
  assert(
    error.message.endsWith(
      "12 unexpected: x0, x1, x2, x3, x4, x5, x6, x7, x8, x9 and 2 more",
    ),
    error.message,
  );
  store.dispose();
});

Deno.test("TensorStore.load() without strict takes what there is, of the right shape", async () => {
  const store = createStore();
  const [, fc] = countUp(3) as [NamedTensor, NamedTensor];
  store.load([fc, { ...fc, name: "other" }], { strict: false });
  assertEquals((await store.export())[1], fc);
  assertThrows(() => store.load([{ ...fc, shape: [3, 2] }], { strict: false }), InputError);
  store.dispose();
});

Deno.test("TensorStore.load() copies: later changes of the source do not reach it", async () => {
  const store = createStore();
  const tensors = countUp(0);
  store.load(tensors);
  tensors[1]!.data[0] = 99;
  assertEquals((await store.export())[1]!.data[0], 0);
  store.dispose();
});

Deno.test("TensorStore frees all it allocated", async () => {
  const before = tf.memory().numTensors;
  const store = createStore();
  assertEquals(tf.memory().numTensors, before + SPECS.length);
  store.load(countUp(0));
  await store.export();
  assertEquals(tf.memory().numTensors, before + SPECS.length);
  store.dispose();
  assertEquals(tf.memory().numTensors, before);
});
