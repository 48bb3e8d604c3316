import { assert, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { batchNormTrain } from "../../lib/backend/ops/batch_norm_train.ts";
import { assertAllClose } from "../support/close.ts";
import { goldenTensor } from "../support/generator.ts";
import { testOnEachOpenBackend } from "./each_open_backend.ts";
import { readTensors } from "./read_tensors.ts";

const EPSILON = 1e-3; // large enough to be noticed where it is left out
const SHAPES: readonly number[][] = [[6, 5], [2, 3, 3, 7], [3, 4, 5, 16], [150, 4]];

/** Batch norm in float64. */
function referenceNorm(x: Float64Array, scale: Float64Array, shift: Float64Array) {
  const C = scale.length;
  const n = x.length / C;
  const mean = new Float64Array(C);
  const variance = new Float64Array(C);
  x.forEach((value, i) => mean[i % C]! += value / n);
  x.forEach((value, i) => variance[i % C]! += (value - mean[i % C]!) ** 2 / n);
  const y = x.map((value, i) => {
    const c = i % C;
    return scale[c]! * (value - mean[c]!) / Math.sqrt(variance[c]! + EPSILON) + shift[c]!;
  });
  return { y, mean, variance };
}

/** Central differences of Σ weights · y. */
function differences(inputs: Float64Array[], at: number, weights: Float32Array): Float64Array {
  const step = 1e-6;
  const loss = () => {
    const { y } = referenceNorm(inputs[0]!, inputs[1]!, inputs[2]!);
    return y.reduce((sum, value, i) => sum + value * weights[i]!, 0);
  };
  return inputs[at]!.map((value, i) => {
    inputs[at]![i] = value + step;
    const above = loss();
    inputs[at]![i] = value - step;
    const below = loss();
    inputs[at]![i] = value;
    return (above - below) / (2 * step);
  });
}

for (const shape of SHAPES) {
  testOnEachOpenBackend(
    `batchNormTrain() of [${shape}] matches float64, and its gradients differences`,
    async () => {
      const C = shape.at(-1)!;
      const x = goldenTensor(shape, 6, 2, 3);
      const scale = goldenTensor([C], 7, 0.5, 1);
      const shift = goldenTensor([C], 8);
      const weights = goldenTensor(shape, 9);
      const inputs = [x, scale, shift].map((values) => Float64Array.from(values));
      const expected = referenceNorm(inputs[0]!, inputs[1]!, inputs[2]!);
      const values = await readTensors(() => {
        const tensors = [tf.tensor(x, shape), tf.tensor1d(scale), tf.tensor1d(shift)];
        const norm = (...[x, scale, shift]: tf.Tensor[]) =>
          batchNormTrain(x!, scale as tf.Tensor1D, shift as tf.Tensor1D, EPSILON);
        const { y, mean, variance } = norm(...tensors);
        assertEquals(y.shape, shape);
        const upstream = tf.tensor(weights, shape);
        return [y, mean, variance, ...tf.grads((...all) => norm(...all).y)(tensors, upstream)];
      });
      assertAllClose(values[0]!, expected.y, 1e-5, "y");
      assertAllClose(values[1]!, expected.mean, 1e-5, "mean");
      assertAllClose(values[2]!, expected.variance, 1e-5, "variance");
      ["dx", "dScale", "dShift"].forEach((name, i) =>
        assertAllClose(values[3 + i]!, differences(inputs, i, weights), 1e-4, name)
      );
    },
  );
}

/** Sums over the rows of a channel, in float64: dShift, and dScale with the statistics given. */
function referenceSums(x: Float32Array, dy: Float32Array, channelCount: number) {
  const zeros = () => new Float64Array(channelCount);
  const { mean, variance } = referenceNorm(Float64Array.from(x), zeros(), zeros());
  const [dScale, dShift] = [zeros(), zeros()];
  dy.forEach((value, i) => {
    const c = i % channelCount;
    dShift[c]! += value;
    dScale[c]! += value * (x[i]! - mean[c]!) / Math.sqrt(variance[c]! + EPSILON);
  });
  return { dScale, dShift };
}

/** Long sums of values above 0: added one after the other, they lose bits. */
const LONG_SHAPE = [16, 112, 112, 8];

testOnEachOpenBackend(
  `gradients of batchNormTrain() of [${LONG_SHAPE}] of ${
    16 * 112 * 112
  } values are exact to 3e-6 (dShift) and 2e-5 (dScale)`,
  async () => {
    const C = LONG_SHAPE.at(-1)!;
    const x = goldenTensor(LONG_SHAPE, 6);
    const weights = goldenTensor(LONG_SHAPE, 9, 0.2, 1);
    const dy = weights.map((value, i) => value * (1 + x[i]!));
    const expected = referenceSums(x, dy, C);
    const [dScale, dShift] = await readTensors(() => {
      const tensors = [tf.tensor(x, LONG_SHAPE), tf.ones([C]), tf.zeros([C])];
      const norm = (...[x, scale, shift]: tf.Tensor[]) =>
        batchNormTrain(x!, scale as tf.Tensor1D, shift as tf.Tensor1D, EPSILON).y;
      return tf.grads(norm)(tensors, tf.tensor(dy, LONG_SHAPE)).slice(1);
    });
    assertWithinShare(dShift!, expected.dShift, 3e-6, "dShift");
    // The variance of the forward pass limits it on TensorFlow: 1.6e-5 of it at this length.
    assertWithinShare(dScale!, expected.dScale, 2e-5, "dScale");
  },
);

function assertWithinShare(
  values: Float32Array,
  expected: Float64Array,
  share: number,
  name: string,
) {
  const error = Math.max(...expected.map((value, c) => Math.abs(values[c]! / value - 1)));
  assert(error < share, `${name}: ${error}`);
}

Deno.test("batchNormTrain() refuses a scale of the wrong length", () => {
  tf.tidy(() => {
    const [x, scale, shift] = [tf.ones([2, 3]), tf.ones([2]), tf.ones([3])];
    assertThrows(
      () => batchNormTrain(x, scale as tf.Tensor1D, shift as tf.Tensor1D, EPSILON),
      RangeError,
      "Cannot normalize batch as scale must be of shape [3]: it is [2]",
    );
  });
});
