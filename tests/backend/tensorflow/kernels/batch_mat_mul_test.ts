import { assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { openBackend } from "../../../../lib/backend/open_backend.ts";
import type { NodeBackend } from "../../../../lib/backend/tensorflow/eager/node_package.ts";
import { goldenTensor } from "../../../support/generator.ts";
import { assertAllClose } from "../../../support/close.ts";
import { testWithLibrary } from "../with_library.ts";

/** M, K, N; whether a, b are transposed; the op. */
const CASES = [
  [5, 7, 3, false, false, "MatMul"],
  [5, 7, 3, true, false, "MatMul"], // a gradient of weights
  [5, 7, 3, true, true, "BatchMatMulV2"],
  [5, 7, 3, false, true, "BatchMatMulV2"], // a layer that narrows
  [5, 7, 7, false, true, "BatchMatMulV2"],
  [5, 7, 8, false, true, "MatMul"], // a layer that widens
  [1, 4, 6, false, true, "MatMul"],
  [5, 1, 1, true, false, "MatMul"],
] as const;

/** The product in float64. */
function multiply(
  [M, K, N]: readonly number[],
  a: Float32Array,
  b: Float32Array,
  [isATurned, isBTurned]: readonly boolean[],
): number[] {
  return Array.from({ length: M! * N! }, (_, at) => {
    const [m, n] = [Math.floor(at / N!), at % N!];
    let sum = 0;
    for (let k = 0; k < K!; k++) {
      sum += a[isATurned ? k * M! + m : m * K! + k]! * b[isBTurned ? n * K! + k : k * N! + n]!;
    }
    return sum;
  });
}

testWithLibrary("a product of two matrices goes by its shape, and is right", async () => {
  await openBackend("tensorflow");
  const { binding } = tf.backend() as NodeBackend;
  const executeOp = binding.executeOp.bind(binding);
  const names: string[] = [];
  binding.executeOp = (name, ...rest) => {
    names.push(name);
    return executeOp(name, ...rest);
  };
  try {
    for (const [M, K, N, isATurned, isBTurned, op] of CASES) {
      const shapeA: [number, number] = isATurned ? [K, M] : [M, K];
      const shapeB: [number, number] = isBTurned ? [N, K] : [K, N];
      const [a, b] = [goldenTensor(shapeA, 1), goldenTensor(shapeB, 2)];
      names.length = 0;
      const product = tf.tidy(() =>
        tf.matMul(tf.tensor2d(a, shapeA), tf.tensor2d(b, shapeB), isATurned, isBTurned)
      );
      assertEquals(names.filter((name) => /MatMul/.test(name)), [op], `${[M, K, N]}`);
      assertEquals(product.shape, [M, N]);
      const expected = multiply([M, K, N], a, b, [isATurned, isBTurned]);
      assertAllClose(await product.data(), expected, 1e-5, `${[M, K, N]}`);
      product.dispose();
    }
  } finally {
    binding.executeOp = executeOp;
  }
});
