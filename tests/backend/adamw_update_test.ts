import { assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { compileFunction } from "../../lib/backend/compile.ts";
import {
  adamwFactors,
  type AdamwInputs,
  adamwUpdate,
  applyAdamw,
} from "../../lib/backend/ops/adamw_update.ts";
import { assertAllClose } from "../support/close.ts";
import { goldenTensor } from "../support/generator.ts";
import { testOnEachOpenBackend } from "./each_open_backend.ts";
import { readTensors } from "./read_tensors.ts";

const OPTIONS = {
  learningRate: 0.05,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-3,
  weightDecay: 0.1,
  clipValue: 0.7,
};

/** PyTorch's update in float64, in the order of its formula. */
function referenceUpdate(state: Float64Array[], gradient: Float32Array, step: number): void {
  const { learningRate, beta1, beta2, epsilon, weightDecay, clipValue } = OPTIONS;
  const [p, m, v] = state as [Float64Array, Float64Array, Float64Array];
  for (let i = 0; i < p.length; i++) {
    const g = Math.min(clipValue, Math.max(-clipValue, gradient[i]!));
    p[i]! -= learningRate * weightDecay * p[i]!;
    m[i] = beta1 * m[i]! + (1 - beta1) * g;
    v[i] = beta2 * v[i]! + (1 - beta2) * g * g;
    const mean = m[i]! / (1 - beta1 ** step);
    const root = Math.sqrt(v[i]! / (1 - beta2 ** step));
    p[i]! -= learningRate * mean / (root + epsilon);
  }
}

for (const shape of [[1], [7], [3, 3, 2, 5], [64, 8]]) {
  testOnEachOpenBackend(
    `adamwUpdate() of [${shape}] follows float64 over three steps`,
    async () => {
      const start = goldenTensor(shape, 10);
      const gradients = [1, 2, 3].map((step) => goldenTensor(shape, 10 + step));
      const zeros = new Float64Array(start.length);
      const expected = [Float64Array.from(start), zeros.slice(), zeros.slice()];
      gradients.forEach((values, i) => referenceUpdate(expected, values, i + 1));
      const state = await readTensors(() => {
        let state: tf.Tensor[] = [tf.tensor(start, shape), tf.zeros(shape), tf.zeros(shape)];
        gradients.forEach((values, i) => {
          const [parameter, firstMoment, secondMoment] = state as [tf.Tensor, tf.Tensor, tf.Tensor];
          const gradient = tf.tensor(values, shape);
          const inputs = { parameter, gradient, firstMoment, secondMoment };
          state = adamwUpdate(inputs, { ...OPTIONS, step: i + 1 });
        });
        assertEquals(state[0]!.shape, shape);
        return state;
      });
      state.forEach((values, i) => assertAllClose(values, expected[i]!, 2e-6, `state ${i}`));
    },
  );
}

testOnEachOpenBackend(
  "applyAdamw() in a compiled function follows float64 over three steps, however large the parameter is",
  async () => {
    for (const shape of [[9], [300, 256]]) { // the second is large enough for XLA
      const start = goldenTensor(shape, 10);
      const gradients = [1, 2, 3].map((step) => goldenTensor(shape, 10 + step));
      const zeros = new Float64Array(start.length);
      const expected = [Float64Array.from(start), zeros.slice(), zeros.slice()];
      gradients.forEach((values, i) => referenceUpdate(expected, values, i + 1));
      const update = compileFunction(
        ([parameter, gradient, firstMoment, secondMoment, factors]) => {
          const tensors = { parameter, gradient, firstMoment, secondMoment } as AdamwInputs;
          return applyAdamw(tensors, factors as tf.Tensor1D, OPTIONS);
        },
        { name: "adamw", variables: [] },
      );
      const state = await readTensors(() => {
        let state: tf.Tensor[] = [tf.tensor(start, shape), tf.zeros(shape), tf.zeros(shape)];
        gradients.forEach((values, i) => {
          const [parameter, firstMoment, secondMoment] = state as [tf.Tensor, tf.Tensor, tf.Tensor];
          const factors = tf.tensor1d(adamwFactors({ ...OPTIONS, step: i + 1 }));
          const gradient = tf.tensor(values, shape);
          state = update.run([parameter, gradient, firstMoment, secondMoment, factors]);
        });
        return state;
      });
      state.forEach((values, i) => assertAllClose(values, expected[i]!, 2e-6, `state ${i}`));
      update.dispose();
    }
  },
);

testOnEachOpenBackend("adamwUpdate() with clipValue Infinity does not clip", async () => {
  const [, firstMoment] = await readTensors(() => {
    const zero = tf.zeros([5]);
    const gradient = tf.fill([5], 40);
    const inputs = { parameter: zero, gradient, firstMoment: zero, secondMoment: zero };
    return adamwUpdate(inputs, { ...OPTIONS, clipValue: Infinity, step: 1 });
  });
  assertAllClose(firstMoment!, [4, 4, 4, 4, 4], 1e-6);
});

Deno.test("adamwUpdate() refuses step 0 and a gradient of another shape", () => {
  tf.tidy(() => {
    const parameter = tf.zeros([2]);
    const inputs = {
      parameter,
      gradient: parameter,
      firstMoment: parameter,
      secondMoment: parameter,
    };
    assertThrows(
      () => adamwUpdate(inputs, { ...OPTIONS, step: 0 }),
      RangeError,
      "Cannot update parameter as step must be a whole number of at least 1: it is 0",
    );
    assertThrows(
      () => adamwUpdate({ ...inputs, gradient: tf.zeros([3]) }, { ...OPTIONS, step: 1 }),
      RangeError,
      "Cannot update parameter as gradient must be of shape [2]: it is [3]",
    );
  });
});
