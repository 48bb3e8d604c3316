import { assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { openBackend } from "../../../lib/backend/open_backend.ts";
import {
  scaledLayerNorm,
  scaledLayerNormGradient,
} from "../../../lib/backend/ops/scaled_layer_norm.ts";
import { softmax } from "../../../lib/backend/ops/softmax.ts";
import { sumRows } from "../../../lib/backend/ops/sum_rows.ts";
import { assertAllClose } from "../../support/close.ts";
import { goldenTensor } from "../../support/generator.ts";
import {
  referenceLayerNorm,
  referenceLayerNormGradients,
} from "../../support/oracles/network_layers.ts";
import { referenceSoftmax, referenceSoftmaxGradient } from "../../support/oracles/softmax.ts";
import { needs } from "../../support/permissions.ts";
import { runWithThreads } from "./run_with_threads.ts";

const EPSILON = 1e-3;

/** Rows with a rest of a vector, without, and too short for a layer norm of ours; all enough for several threads. */
for (const [rowCount, width] of [[401, 135], [333, 192], [2003, 35]] as const) {
  Deno.test({
    name:
      `any number of threads normalizes ${rowCount} rows of ${width} to the same bits, and they are right`,
    ignore: needs("read"),
    fn: async () => {
      const shape = [rowCount, width];
      const [x, dy] = [goldenTensor(shape, 1, 2, 1), goldenTensor(shape, 2)];
      const [scale, shift] = [goldenTensor([width], 3, 1, 1), goldenTensor([width], 4)];
      const [y, dx, dScale] = await runWithThreads(() => {
        const options = { epsilon: EPSILON, isMultiplied: false, isRecorded: false };
        const [input, upstream] = [x, dy].map((values) => tf.tensor(values, shape));
        const [factor, added] = [tf.tensor1d(scale), tf.tensor1d(shift)];
        const [gradient, along] = scaledLayerNormGradient(input!, factor, upstream!, EPSILON);
        return [scaledLayerNorm(input!, factor, added, options), gradient, sumRows(along)]
          .map((tensor) => tensor.dataSync() as Float32Array);
      });
      const expected = referenceLayerNormGradients(x, dy, scale, EPSILON);
      assertAllClose(y!, referenceLayerNorm(x, width, scale, shift, EPSILON), 1e-6, "y");
      assertAllClose(dx!, expected.dx, 2e-6, "dx");
      assertAllClose(dScale!, expected.dScale, 5e-6, "dScale");
    },
  });

  Deno.test({
    name:
      `any number of threads takes softmax's gradient of ${rowCount} rows of ${width} to the same bits, and they are right`,
    ignore: needs("read"),
    fn: async () => {
      const shape = [rowCount, width];
      const [x, dy] = [goldenTensor(shape, 5, 4), goldenTensor(shape, 6, 1, 5)];
      const [dx] = await runWithThreads(() => {
        const [input, upstream] = [x, dy].map((values) => tf.tensor(values, shape));
        const gradient = tf.grad((x: tf.Tensor) => softmax(x))(input!, upstream!);
        return [gradient.dataSync() as Float32Array];
      });
      const expected = referenceSoftmaxGradient(referenceSoftmax(x, width), dy, width);
      assertAllClose(dx!, expected, 5e-6, "dx");
    },
  });
}

/** Shapes, and the order of their axes in the result. */
const ORDERS: readonly (readonly [shape: number[], order: number[]])[] = [
  [[2, 198, 3, 6, 64], [2, 0, 3, 1, 4]],
  [[3, 2, 6, 197, 33], [1, 3, 0, 2, 4]],
  [[7, 5, 1, 9], [2, 1, 0, 3]],
  [[4, 6, 5], [0, 1, 2]],
  [[4, 1, 5], [1, 0, 2]],
  [[5, 1, 1], [0, 2, 1]],
  [[13, 17], [1, 0]],
  [[3, 4, 5, 6], [3, 1, 0, 2]],
  [[6, 0, 5], [1, 0, 2]],
];

for (const [shape, order] of ORDERS) {
  Deno.test({
    name: `any number of threads transposes [${shape}] to [${order}] of its axes`,
    ignore: needs("read"),
    fn: async () => {
      const x = goldenTensor(shape, 7);
      const [y] = await runWithThreads(() => [
        tf.transpose(tf.tensor(x, shape), order).dataSync() as Float32Array,
      ]);
      assertEquals(
        y,
        pick(x, shape, order.map((axis) => shape[axis]!), (at) => {
          const from = new Array<number>(shape.length);
          order.forEach((axis, i) => from[axis] = at[i]!);
          return from;
        }),
      );
    },
  });
}

/** Shapes, where a slice begins, its size (-1 for all that is left), and its shape. */
const SLICES:
  readonly (readonly [shape: number[], begin: number[], size: number[], cut: number[]])[] = [
    [[40, 30, 70], [3, 0, 0], [30, -1, -1], [30, 30, 70]],
    [[40, 30, 70], [3, 1, 5], [30, 29, -1], [30, 29, 65]],
    [[4, 5, 6, 7, 3], [0, 4, 0, 1, 1], [4, 1, 6, 5, 1], [4, 1, 6, 5, 1]],
    [[9], [4], [3], [3]],
    [[9, 2], [9, 0], [0, 2], [0, 2]],
  ];

for (const [shape, begin, size, cut] of SLICES) {
  Deno.test({
    name: `any number of threads slices [${cut}] of [${shape}] at [${begin}]`,
    ignore: needs("read"),
    fn: async () => {
      const x = goldenTensor(shape, 8);
      const [y] = await runWithThreads(() => {
        const sliced = tf.slice(tf.tensor(x, shape), begin, size);
        assertEquals(sliced.shape, cut);
        return [sliced.dataSync() as Float32Array];
      });
      assertEquals(y, pick(x, shape, cut, (at) => at.map((i, axis) => i + begin[axis]!)));
    },
  });
}

for (const axis of [0, 1, -1]) {
  Deno.test({
    name: `any number of threads takes a tensor apart along axis ${axis}`,
    ignore: needs("read"),
    fn: async () => {
      const shape = [3, 4, 20_000 / 4];
      const x = goldenTensor(shape, 9);
      const along = axis < 0 ? axis + 3 : axis;
      const rest = shape.filter((_, i) => i !== along);
      const parts = await runWithThreads(() =>
        tf.unstack(tf.slice(tf.tensor(x, shape), [0, 0, 0], axis < 0 ? [3, 4, 5] : shape), axis)
          .map((part) => part.dataSync() as Float32Array)
      );
      assertEquals(parts.length, axis < 0 ? 5 : shape[along]);
      const sizes = axis < 0 ? [3, 4] : rest;
      for (const [k, part] of parts.entries()) {
        assertEquals(part, pick(x, shape, sizes, (at) => at.toSpliced(along, 0, k)));
      }
    },
  });
}

Deno.test({
  name:
    "other types are transposed, sliced and taken apart too, and a slice beyond the end is refused",
  ignore: needs("read"),
  fn: async () => {
    await openBackend("wasm");
    tf.tidy(() => {
      const numbers = tf.tensor3d([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2], "int32");
      const flags = tf.tensor2d([1, 0, 1, 1], [2, 2], "bool");
      assertEquals([...tf.transpose(numbers, [1, 0, 2]).dataSync()], [1, 2, 5, 6, 3, 4, 7, 8]);
      assertEquals([...tf.slice(flags, [1, 0], [1, 2]).dataSync()], [1, 1]);
      assertEquals(tf.unstack(numbers, 1).map((part) => [...part.dataSync()]), [
        [1, 2, 5, 6],
        [3, 4, 7, 8],
      ]);
      assertThrows(
        () => tf.slice(tf.ones([4, 3]), [2, 0], [3, 3]),
        Error,
        "begin[0] + size[0] (5)",
      );
    });
  },
});

/** The entries of a tensor of shape `cut`, each from the place in `x` that `find` tells of its own. */
function pick(
  x: Float32Array,
  shape: readonly number[],
  cut: readonly number[],
  find: (at: number[]) => readonly number[],
): Float32Array {
  const count = cut.reduce((product, extent) => product * extent, 1);
  return Float32Array.from({ length: count }, (_, i) => {
    const at: number[] = [];
    for (let axis = cut.length - 1, rest = i; axis >= 0; axis--) {
      at.unshift(rest % cut[axis]!);
      rest = Math.floor(rest / cut[axis]!);
    }
    return x[find(at).reduce((sum, place, axis) => sum * shape[axis]! + place, 0)]!;
  });
}
