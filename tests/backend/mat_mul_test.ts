import { assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { assertAllClose } from "../support/close.ts";
import { goldenTensor } from "../support/generator.ts";
import { testOnEachOpenBackend } from "./each_open_backend.ts";
import { readTensors } from "./read_tensors.ts";

/** Matrices in each input, then M, K, N. */
const SIZES = [[1, 1, 5, 7, 3], [1, 1, 48, 64, 24], [1, 1, 1, 9, 8], [1, 1, 4, 1, 17], [
  3,
  3,
  5,
  6,
  9,
], [2, 1, 4, 5, 8]];

/** Whether a, b are transposed. */
const ORIENTATIONS = [[false, false], [false, true], [true, false], [true, true]] as const;

/** Σ_k a · b in float64, with indices for either orientation. */
function referenceProduct(
  sizes: readonly number[],
  a: Float32Array,
  b: Float32Array,
  isTurned: boolean[],
) {
  const [batchA, batchB, M, K, N] = sizes as [number, number, number, number, number];
  const out: number[] = [];
  for (let i = 0; i < Math.max(batchA, batchB); i++) {
    const [startA, startB] = [(i % batchA) * M * K, (i % batchB) * K * N];
    for (let m = 0; m < M; m++) {
      for (let n = 0; n < N; n++) {
        let sum = 0;
        for (let k = 0; k < K; k++) {
          const left = a[startA + (isTurned[0] ? k * M + m : m * K + k)]!;
          const right = b[startB + (isTurned[1] ? n * K + k : k * N + n)]!;
          sum += left * right;
        }
        out.push(sum);
      }
    }
  }
  return out;
}

for (const sizes of SIZES) {
  const [batchA, batchB, M, K, N] = sizes as [number, number, number, number, number];
  testOnEachOpenBackend(
    `a product of ${batchA} of ${M}x${K} and ${batchB} of ${K}x${N} is right in all four orientations`,
    async () => {
      for (const [transposeA, transposeB] of ORIENTATIONS) {
        const shapeA: [number, number, number] = transposeA ? [batchA, K, M] : [batchA, M, K];
        const shapeB: [number, number, number] = transposeB ? [batchB, N, K] : [batchB, K, N];
        const a = goldenTensor(shapeA, 20);
        const b = goldenTensor(shapeB, 21);
        const [product] = await readTensors(() => {
          const factors = [tf.tensor3d(a, shapeA), tf.tensor3d(b, shapeB)] as const;
          const product = tf.matMul(...factors, transposeA, transposeB);
          assertEquals(product.shape, [Math.max(batchA, batchB), M, N]);
          return [product];
        });
        const expected = referenceProduct(sizes, a, b, [transposeA, transposeB]);
        assertAllClose(product!, expected, 1e-5, `${transposeA}, ${transposeB}`);
      }
    },
  );
}
