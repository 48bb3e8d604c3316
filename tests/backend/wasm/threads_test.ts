import { assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { convBiasRelu } from "../../../lib/backend/ops/conv2d_bias_relu.ts";
import { gelu } from "../../../lib/backend/ops/gelu.ts";
import { assertAllClose } from "../../support/close.ts";
import { goldenTensor } from "../../support/generator.ts";
import { referenceGelu, referenceGeluSlope } from "../../support/oracles/network_layers.ts";
import { needs } from "../../support/permissions.ts";
import { ROOT } from "../../support/task_process.ts";
import { outputSize, referenceConv, type WindowCase } from "../convolution_reference.ts";
import { runWithThreads } from "./run_with_threads.ts";

/** Each large enough to be split, and of sizes that no block divides. */
const CASES: readonly WindowCase[] = [
  {
    name: "3x3 of many rows, with padding and odd channels",
    input: [3, 17, 19, 21],
    filter: [3, 3, 27],
    stride: 1,
    pad: 1,
    zeros: [1, 1, 1, 1],
  },
  {
    name: "3x3 of stride 2",
    input: [2, 22, 23, 24],
    filter: [3, 3, 40],
    stride: 2,
    pad: 1,
    zeros: [1, 1, 1, 1],
  },
  {
    name: "1x1 of stride 2, which skips pixels",
    input: [2, 28, 28, 64],
    filter: [1, 1, 72],
    stride: 2,
    pad: 0,
    zeros: [0, 0, 0, 0],
  },
  {
    name: "7x7 of stride 2 on three channels",
    input: [2, 36, 36, 3],
    filter: [7, 7, 16],
    stride: 2,
    pad: 3,
    zeros: [3, 3, 3, 3],
  },
  {
    name: "3x3 of few rows and many channels",
    input: [1, 5, 5, 64],
    filter: [3, 3, 203],
    stride: 1,
    pad: 1,
    zeros: [1, 1, 1, 1],
  },
];

for (const sizes of CASES) {
  Deno.test({
    name: `any number of threads convolves ${sizes.name} to the same bits, and they are right`,
    ignore: needs("read"),
    fn: async () => {
      const { input, filter: [fh, fw, O], stride, pad } = sizes;
      const filterShape = [fh, fw, input[3], O] as [number, number, number, number];
      const outShape = [input[0], ...outputSize(sizes), O];
      const [x, filter] = [goldenTensor(input, 1), goldenTensor(filterShape, 2)];
      const dy = goldenTensor(outShape, 3);
      const [y, dx, dFilter] = await runWithThreads(() => {
        const tensors = [tf.tensor4d(x, [...input]), tf.tensor4d(filter, filterShape)];
        const convolve = (x: tf.Tensor, filter: tf.Tensor) =>
          tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, stride, pad as number);
        const gradients = tf.grads(convolve)(tensors, tf.tensor(dy, outShape));
        return [convolve(tensors[0]!, tensors[1]!), ...gradients]
          .map((tensor) => tensor.dataSync() as Float32Array);
      });
      const expected = referenceConv(sizes, x, filter, dy);
      assertAllClose(y!, expected.y, 1e-5, "y");
      assertAllClose(dx!, expected.dx, 1e-5, "dx");
      assertAllClose(dFilter!, expected.dFilter, 1e-5, "dFilter");
    },
  });
}

for (const [name, size] of [["many rows", 24], ["few rows, so columns are split", 5]] as const) {
  Deno.test({
    name: `any number of threads adds bias and residual in the same way: ${name}`,
    ignore: needs("read"),
    fn: async () => {
      const [input, filterShape] = [[1, size, size, 96], [3, 3, 96, 83]] as const;
      const outShape = [1, size, size, 83] as const;
      const [x, filter] = [goldenTensor(input, 4), goldenTensor(filterShape, 5)];
      const [bias, residual] = [goldenTensor([83], 6), goldenTensor(outShape, 7, 20)];
      const [y] = await runWithThreads(() => [
        convBiasRelu(
          ...[tf.tensor4d(x, [...input]), tf.tensor4d(filter, [...filterShape])] as const,
          tf.tensor1d(bias),
          {
            stride: 1,
            pad: 1,
            hasRelu: true,
            residual: tf.tensor4d(residual, [...outShape]),
          },
        ).dataSync() as Float32Array,
      ]);
      const sizes: WindowCase = {
        ...{ name, input, filter: [3, 3, 83], stride: 1, pad: 1, zeros: [1, 1, 1, 1] },
      };
      const product = referenceConv(sizes, x, filter, new Float32Array(residual.length)).y;
      const expected = product.map((value, i) => Math.max(0, value + bias[i % 83]! + residual[i]!));
      assertAllClose(y!, expected, 1e-5);
    },
  });
}

/** Matrices, M, K, N; whether a, b are transposed. */
const PRODUCTS = [
  ["one of many rows", 1, 500, 33, 70, false, false],
  ["one of few rows", 1, 6, 300, 603, false, true],
  ["one that is turned", 1, 130, 200, 50, true, false],
  ["more than parts, turned", 70, 30, 21, 27, true, true],
  ["more than a job's calls", 1500, 9, 11, 10, false, true],
] as const;

for (const [name, batch, M, K, N, isTurnedA, isTurnedB] of PRODUCTS) {
  Deno.test({
    name: `any number of threads multiplies matrices to the same bits, and they are right: ${name}`,
    ignore: needs("read"),
    fn: async () => {
      const shapeA = [batch, ...isTurnedA ? [K, M] : [M, K]] as [number, number, number];
      const shapeB = [batch, ...isTurnedB ? [N, K] : [K, N]] as [number, number, number];
      const [a, b] = [goldenTensor(shapeA, 8), goldenTensor(shapeB, 9)];
      const [c] = await runWithThreads(() => [
        tf.matMul(tf.tensor3d(a, shapeA), tf.tensor3d(b, shapeB), isTurnedA, isTurnedB)
          .dataSync() as Float32Array,
      ]);
      const [strideM, strideA] = isTurnedA ? [1, M] : [K, 1];
      const [strideN, strideB] = isTurnedB ? [K, 1] : [1, N];
      const expected = new Float64Array(batch * M * N);
      for (let at = 0; at < expected.length; at++) {
        const [i, m, n] = [Math.floor(at / M / N), Math.floor(at / N) % M, at % N];
        for (let k = 0; k < K; k++) {
          expected[at]! += a[i * M * K + m * strideM + k * strideA]! *
            b[i * K * N + n * strideN + k * strideB]!;
        }
      }
      assertAllClose(c!, expected, 1e-5);
    },
  });
}

Deno.test({
  name: "any number of threads activates to the same bits, and they are right",
  ignore: needs("read"),
  fn: async () => {
    const points = Array.from({ length: 123 }, (_, i) => (i - 61) / 12);
    const at = Float32Array.from({ length: 100_003 }, (_, i) => points[i % points.length]!);
    const [y, dx] = await runWithThreads(() => {
      const x = tf.tensor1d(at);
      return [gelu(x), tf.grad((x: tf.Tensor) => gelu(x))(x)]
        .map((tensor) => tensor.dataSync() as Float32Array);
    });
    const repeat = (values: number[]) => Array.from(at, (_, i) => values[i % values.length]!);
    assertAllClose(y!, repeat(points.map(referenceGelu)), 1e-6, "y");
    assertAllClose(dx!, repeat(points.map(referenceGeluSlope)), 1e-6, "dx");
  },
});

Deno.test({
  name: "a process whose helpers wait ends, and permission to read is enough",
  ignore: needs("read", "run"),
  fn: async () => {
    const program = `
      import * as tf from "@tensorflow/tfjs";
      import { openBackend } from "./lib/backend/open_backend.ts";
      const { backend } = await openBackend("wasm", { threads: 3 });
      const x = tf.ones([400, 400]);
      console.log(backend.threads, tf.matMul(x, x).dataSync()[159_999]);
    `;
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-check", "--no-prompt", "--allow-read", "--ext=ts", "-"],
      cwd: ROOT,
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    await new Blob([program]).stream().pipeTo(child.stdin);
    const { stdout, code } = await child.output();
    assertEquals([new TextDecoder().decode(stdout).trim(), code], ["3 400", 0]);
  },
});
