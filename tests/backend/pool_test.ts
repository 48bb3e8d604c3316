import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { assertAllClose } from "../support/close.ts";
import { goldenTensor } from "../support/generator.ts";
import {
  outputSize,
  referenceAveragePool,
  referenceMaxPool,
  type WindowCase,
} from "./convolution_reference.ts";
import { testOnEachOpenBackend } from "./each_open_backend.ts";
import { readTensors } from "./read_tensors.ts";

const MAX_CASES: readonly WindowCase[] = [
  {
    name: "3x3 of stride 2 with padding, even sides",
    input: [2, 8, 8, 6],
    filter: [3, 3, 6],
    stride: 2,
    pad: 1,
    zeros: [1, 1, 1, 1],
  },
  {
    name: "3x3 of stride 2 with padding, odd sides",
    input: [1, 7, 9, 5],
    filter: [3, 3, 5],
    stride: 2,
    pad: 1,
    zeros: [1, 1, 1, 1],
  },
  {
    name: "3x3 of stride 1 with padding",
    input: [2, 5, 4, 8],
    filter: [3, 3, 8],
    stride: 1,
    pad: 1,
    zeros: [1, 1, 1, 1],
  },
  {
    name: "the whole image",
    input: [3, 4, 4, 16],
    filter: [4, 4, 16],
    stride: 1,
    pad: 0,
    zeros: [0, 0, 0, 0],
  },
];

const AVERAGE_CASES: readonly WindowCase[] = [
  {
    name: "2x2 of stride 2",
    input: [2, 6, 8, 6],
    filter: [2, 2, 6],
    stride: 2,
    pad: 0,
    zeros: [0, 0, 0, 0],
  },
  {
    name: "3x3 of stride 1, one image",
    input: [1, 7, 5, 4],
    filter: [3, 3, 4],
    stride: 1,
    pad: 0,
    zeros: [0, 0, 0, 0],
  },
];

type Pool = (x: tf.Tensor) => tf.Tensor;
type Reference = typeof referenceMaxPool;

async function checkPool(
  sizes: WindowCase,
  pool: Pool,
  reference: Reference,
  x = goldenTensor(sizes.input, 4),
): Promise<void> {
  const [outHeight, outWidth] = outputSize(sizes);
  const [batchSize, , , channelCount] = sizes.input;
  const outShape: [number, number, number, number] = [
    batchSize,
    outHeight,
    outWidth,
    channelCount,
  ];
  const dy = goldenTensor(outShape, 5);
  const expected = reference(sizes, x, dy);
  const [y, dx] = await readTensors(() => {
    const xTensor = tf.tensor4d(x, [...sizes.input]);
    const y = pool(xTensor);
    assertEquals(y.shape, outShape);
    return [y, tf.grad(pool)(xTensor, tf.tensor4d(dy, outShape))];
  });
  assertAllClose(y!, expected.y, 1e-6, "y");
  assertAllClose(dx!, expected.dx, 1e-6, "dx");
}

for (const sizes of MAX_CASES) {
  testOnEachOpenBackend(`a max pool and its gradient are right: ${sizes.name}`, () => {
    const { filter: [fh, fw], stride, pad } = sizes;
    const pool = (x: tf.Tensor) =>
      tf.maxPool(x as tf.Tensor4D, [fh, fw], stride, pad as number, "floor");
    return checkPool(sizes, pool, referenceMaxPool);
  });
}

testOnEachOpenBackend("a max pool's gradient goes to the first of equal values", () => {
  const sizes = MAX_CASES[2]!;
  const { filter: [fh, fw], stride, pad } = sizes;
  const pool = (x: tf.Tensor) =>
    tf.maxPool(x as tf.Tensor4D, [fh, fw], stride, pad as number, "floor");
  const x = goldenTensor(sizes.input, 4).map((value) => value > 0.5 ? 1 : 0);
  return checkPool(sizes, pool, referenceMaxPool, x);
});

for (const sizes of AVERAGE_CASES) {
  testOnEachOpenBackend(`an average pool and its gradient are right: ${sizes.name}`, () => {
    const { filter: [fh, fw], stride } = sizes;
    const pool = (x: tf.Tensor) => tf.avgPool(x as tf.Tensor4D, [fh, fw], stride, "valid");
    return checkPool(sizes, pool, referenceAveragePool);
  });
}

testOnEachOpenBackend("a max pool's padding is below every value, negative ones too", async () => {
  const shape: [number, number, number, number] = [1, 5, 4, 2];
  const values = goldenTensor(shape, 3).map((value) => value - 2); // -3 to -1
  const [pooled, gradient] = await readTensors(() => {
    const x = tf.tensor4d(values, shape);
    const pool = (x: tf.Tensor) => tf.maxPool(x as tf.Tensor4D, 3, 2, 1, "floor");
    return [pool(x), tf.grad((x) => tf.sum(pool(x)))(x)];
  });
  assertEquals(pooled!.length, 3 * 2 * 2);
  assert(pooled!.every((value) => values.includes(value)), `${pooled}`);
  assertEquals(gradient!.reduce((sum, value) => sum + value, 0), 3 * 2 * 2); // none is lost to the padding
});
