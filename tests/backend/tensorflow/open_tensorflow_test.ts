import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { adamwUpdate } from "../../../lib/backend/ops/adamw_update.ts";
import { openBackend } from "../../../lib/backend/open_backend.ts";
import { batchNormTrain } from "../../../lib/backend/ops/batch_norm_train.ts";
import { convBiasRelu } from "../../../lib/backend/ops/conv2d_bias_relu.ts";
import type { NodeBackend } from "../../../lib/backend/tensorflow/eager/node_package.ts";
import { openTensorflow } from "../../../lib/backend/tensorflow/open_tensorflow.ts";
import { checkTrainingStep } from "../../../lib/setup/check_training_step.ts";
import { InputError } from "../../../lib/errors.ts";
import { assertAllClose } from "../../support/close.ts";
import { goldenTensor } from "../../support/generator.ts";
import { testWithLibrary } from "./with_library.ts";

testWithLibrary("openTensorflow() says what it is, and opens once", async () => {
  const first = await openTensorflow();
  assertEquals(tf.getBackend(), "tensorflow");
  assertEquals(first.name, "tensorflow");
  assertEquals(/^\d+\.\d+\.\d+/.test(first.version), true);
  const backend = tf.backend();
  assertEquals(await openTensorflow(), first);
  assertEquals(tf.backend(), backend);
});

testWithLibrary("openTensorflow() keeps its first threads, precision and determinism", async () => {
  await openTensorflow();
  const cases = [
    [{ threads: 77 }, "threads 77", "all cores"],
    [{ precision: "tf32" }, "precision tf32", "float32"],
    [{ isDeterministic: false }, "determinism off", "on"],
  ] as const;
  for (const [options, asked, current] of cases) {
    const error = await assertRejects(() => openTensorflow(options), InputError);
    assertEquals(
      error.message,
      `Cannot open backend tensorflow with ${asked} as a process keeps its first choice: it is ${current}`,
    );
  }
});

testWithLibrary("openTensorflow() computes in float32, to the same bits each time", async () => {
  const { precision, isDeterministic, deviceKind } = await openTensorflow();
  assertEquals([precision, isDeterministic], ["float32", true]);
  assertEquals(deviceKind === "gpu", (tf.backend() as NodeBackend).binding.isUsingGpuDevice());
  assertEquals(Deno.env.get("TF_ENABLE_MAXPOOL_NANPROP"), "1");
});

testWithLibrary("openTensorflow() on a GPU says so where there is none", async () => {
  await openTensorflow();
  if ((tf.backend() as NodeBackend).binding.isUsingGpuDevice()) return;
  const error = await assertRejects(() => openTensorflow({ isGpuRequired: true }), InputError);
  const rule =
    "Cannot open backend tensorflow on a GPU as TensorFlow must see one: it sees CPU, as ";
  assertEquals(error.message.startsWith(rule) && error.message.length > rule.length + 10, true);
  assertEquals(error.message.includes("\n"), false);
});

const OPTIONS = {
  learningRate: 1e-3,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 1e-4,
  clipValue: 10,
};

/** One training step on every kernel of ours; returns the new filter. */
function trainOnce(filter: tf.Tensor4D, x: tf.Tensor4D, step: number): tf.Tensor4D {
  return tf.tidy(() => {
    const [bias, scale] = [tf.zeros([8]) as tf.Tensor1D, tf.ones([8]) as tf.Tensor1D];
    const loss = (filter: tf.Tensor) => {
      const options = { stride: 2, pad: 1, hasRelu: true };
      const hidden = convBiasRelu(x, filter as tf.Tensor4D, bias, options);
      const pooled = tf.maxPool(hidden, 3, 2, 1, "floor");
      const plain = tf.conv2d(pooled as tf.Tensor4D, tf.ones([1, 1, 8, 8]), 1, 0);
      return tf.sum(tf.square(batchNormTrain(tf.add(plain, pooled), scale, bias, 1e-5).y));
    };
    const gradient = tf.grad(loss)(filter);
    const [firstMoment, secondMoment] = [tf.zerosLike(filter), tf.zerosLike(filter)];
    const inputs = { parameter: filter, gradient, firstMoment, secondMoment };
    return adamwUpdate(inputs, { ...OPTIONS, step })[0] as tf.Tensor4D;
  });
}

testWithLibrary(
  "3,000 training steps leave no tensor behind, in tfjs or in TensorFlow",
  async () => {
    await openTensorflow();
    const { binding } = tf.backend() as NodeBackend;
    const x = tf.tensor(goldenTensor([1, 7, 6, 3], 1), [1, 7, 6, 3]) as tf.Tensor4D;
    let filter = tf.tensor(goldenTensor([3, 3, 3, 8], 2), [3, 3, 3, 8]) as tf.Tensor4D;
    const train = (stepCount: number) => {
      for (let step = 1; step <= stepCount; step++) {
        const updated = trainOnce(filter, x, step);
        filter.dispose();
        filter = updated;
      }
    };
    train(100); // fills the cache of constants
    const before = [tf.memory().numTensors, binding.getNumOfTensors()];
    train(3000);
    const after = [tf.memory().numTensors, binding.getNumOfTensors()];
    assertEquals(after[0], before[0]);
    assertEquals(after[1]! - before[1]! <= 256, true, `${before[1]} became ${after[1]}`); // constants
    assertEquals(filter.dataSync().every(Number.isFinite), true);
    tf.dispose([x, filter]);
  },
);

testWithLibrary("a kernel leaves its outputs and nothing else", async () => {
  await openTensorflow();
  const x = tf.ones([1, 4, 4, 2]) as tf.Tensor4D;
  const filter = tf.ones([1, 1, 2, 2]) as tf.Tensor4D;
  const shift = tf.zeros([2]) as tf.Tensor1D;
  const inputs = { parameter: x, gradient: x, firstMoment: x, secondMoment: x };
  const fused = { stride: 1, pad: 0, hasRelu: true };
  const runs = {
    "convolution, bias, residual, ReLU": [
      () => convBiasRelu(x, filter, shift, { ...fused, residual: x }),
      1,
    ],
    "fused convolution with another activation": [
      () => tf.fused.conv2d({ x, filter, strides: 1, pad: "same", bias: shift, activation: "elu" }),
      1,
    ],
    "batch norm": [() => Object.values(batchNormTrain(x, shift, shift, 1e-5)), 3],
    "AdamW": [() => adamwUpdate(inputs, { ...OPTIONS, step: 1 }), 3],
  } as const;
  for (const [name, [run, outputCount]] of Object.entries(runs)) {
    tf.dispose(run() as tf.Tensor | tf.Tensor[]); // fills the cache of constants
    const before = tf.memory().numTensors;
    const outputs = run() as tf.Tensor | tf.Tensor[];
    assertEquals(tf.memory().numTensors - before, outputCount, name);
    tf.dispose(outputs);
  }
  tf.dispose([x, filter, shift]);
});

testWithLibrary("twenty training steps give the same bits when they are run again", async () => {
  await openTensorflow();
  const train = () =>
    tf.tidy(() => {
      const x = tf.tensor(goldenTensor([4, 33, 31, 3], 6), [4, 33, 31, 3]) as tf.Tensor4D;
      let filter = tf.tensor(goldenTensor([3, 3, 3, 8], 7), [3, 3, 3, 8]) as tf.Tensor4D;
      for (let step = 1; step <= 20; step++) filter = trainOnce(filter, x, step);
      return filter.dataSync();
    });
  assertEquals(train(), train());
});

for (const activation of ["linear", "relu", "elu"] as const) {
  testWithLibrary(`tf.fused.conv2d() with ${activation} is what cpu computes`, async () => {
    const run = () =>
      tf.tidy(() =>
        tf.fused.conv2d({
          x: tf.tensor(goldenTensor([2, 5, 6, 3], 3), [2, 5, 6, 3]) as tf.Tensor4D,
          filter: tf.tensor(goldenTensor([3, 3, 3, 4], 4), [3, 3, 3, 4]) as tf.Tensor4D,
          bias: tf.tensor(goldenTensor([4], 5)),
          strides: 2,
          pad: 1,
          dimRoundingMode: "floor",
          activation,
        }).dataSync()
      );
    await openTensorflow();
    const actual = run();
    await openBackend("cpu");
    assertAllClose(actual, run(), 1e-6);
  });
}

testWithLibrary(
  "an op that tfjs-node has and we do not override runs on the same tensors",
  async () => {
    await openTensorflow();
    tf.tidy(() => {
      const { values, indices } = tf.topk(tf.tensor1d([3, 1, 4, 1, 5]), 2);
      assertEquals([...values.dataSync()], [5, 4]);
      assertEquals([...indices.dataSync()], [4, 2]);
      assertEquals([...tf.cast(tf.tensor1d([0, 2]), "bool").dataSync()], [0, 1]);
      assertEquals(tf.tensor(["a", "ü"]).arraySync() as unknown, ["a", "ü"]);
    });
  },
);

Deno.test("checkTrainingStep() lowers the loss on cpu", async () => {
  await openBackend("cpu");
  const { lossBefore, lossAfter } = checkTrainingStep();
  assertEquals(lossAfter < lossBefore, true);
});

testWithLibrary("checkTrainingStep() gives the same losses on tensorflow as on cpu", async () => {
  await openBackend("cpu");
  const expected = checkTrainingStep();
  await openTensorflow();
  const actual = checkTrainingStep();
  assertAlmostEquals(actual.lossBefore, expected.lossBefore, 1e-6);
  assertAlmostEquals(actual.lossAfter, expected.lossAfter, 1e-6);
});
