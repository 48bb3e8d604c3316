import * as tf from "@tensorflow/tfjs";
import { assertThrows } from "@std/assert";
import { batchNorm, batchNormSpecs } from "../../../lib/model/layers/batch_norm.ts";
import { createTensorStore } from "../../../lib/model/tensor_store.ts";
import { RandomStream } from "../../../lib/random_stream.ts";
import { assertAllClose } from "../../support/close.ts";
import { testOnBackends } from "../on_backends.ts";

const createStore = () => createTensorStore(batchNormSpecs("bn", 2), RandomStream.named(1, "test"));
// Two channels: 1, 3, 5, 7 with mean 4 and Σ (x - mean)² = 20; and 0, 0, 0, 4 with mean 1 and Σ = 12.
const ROWS: [number, number][] = [[1, 0], [3, 0], [5, 0], [7, 4]];

for (const momentum of [0.1, 0.9]) {
  await testOnBackends(
    `batchNorm() moves the running statistics by momentum ${momentum}, the variance divided by n - 1`,
    ["wasm", "cpu"],
    () => {
      const tensors = createStore();
      tf.tidy(() => batchNorm({ tensors, batchNorm: "train", momentum }, tf.tensor2d(ROWS), "bn"));
      const keep = 1 - momentum;
      const mean = tensors.get("bn.running_mean").dataSync();
      const variance = tensors.get("bn.running_var").dataSync();
      assertAllClose(mean, [momentum * 4, momentum * 1], 1e-6);
      assertAllClose(variance, [keep + momentum * 20 / 3, keep + momentum * 12 / 3], 1e-6);
      tensors.dispose();
    },
  );
}

await testOnBackends(
  "batchNorm() divides the variance by n and adds 1e-5 to it",
  ["wasm", "cpu"],
  () => {
    const tensors = createStore();
    const tiny = ROWS.map(([a, b]) => [a / 1000, b / 1000]); // so small that epsilon counts
    const y = tf.tidy(() =>
      batchNorm({ tensors, batchNorm: "train", momentum: 0.1 }, tf.tensor2d(tiny), "bn")
    );
    const sigma = [Math.sqrt(5e-6 + 1e-5), Math.sqrt(3e-6 + 1e-5)];
    const expected = tiny.flatMap(([a, b]) => [(a! - 4e-3) / sigma[0]!, (b! - 1e-3) / sigma[1]!]);
    assertAllClose(y.dataSync(), expected, 1e-5);
    y.dispose();
    tensors.dispose();
  },
);

Deno.test("batchNorm() frozen divides by the root of the running variance plus 1e-5", () => {
  const tensors = createStore();
  tensors.load([
    { name: "bn.running_mean", shape: [2], data: Float32Array.of(1, 2) },
    { name: "bn.running_var", shape: [2], data: Float32Array.of(1e-5, 4) },
    { name: "bn.weight", shape: [2], data: Float32Array.of(1, 3) },
    { name: "bn.bias", shape: [2], data: Float32Array.of(0, -1) },
  ]);
  const y = tf.tidy(() =>
    batchNorm({ tensors, batchNorm: "frozen", momentum: 0.1 }, tf.tensor2d([[2, 6]]), "bn")
  );
  assertAllClose(y.dataSync(), [1 / Math.sqrt(2e-5), 3 * 4 / Math.sqrt(4 + 1e-5) - 1], 1e-6);
  y.dispose();
  tensors.dispose();
});

Deno.test("batchNorm() refuses to train on one value per channel", () => {
  const tensors = createStore();
  assertThrows(
    () =>
      tf.tidy(() =>
        batchNorm({ tensors, batchNorm: "train", momentum: 0.1 }, tf.tensor2d([[1, 2]]), "bn")
      ),
    RangeError,
    "Cannot normalize batch at bn as each channel must have at least 2 values: it is 1",
  );
  tensors.dispose();
});
