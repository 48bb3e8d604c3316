/** What backend `tensorflow` does on a GPU, seen on the CPU library: see recording_binding.ts. */

import { assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { compileFunction } from "../../../../lib/backend/compile.ts";
import { profileFunction } from "../../../../lib/backend/tensorflow/graph/op_profile.ts";
import { stringAttribute } from "../../../../lib/backend/tensorflow/library/attributes.ts";
import { openBackend } from "../../../../lib/backend/open_backend.ts";
import { batchNormTrain } from "../../../../lib/backend/ops/batch_norm_train.ts";
import { convBiasRelu } from "../../../../lib/backend/ops/conv2d_bias_relu.ts";
import { DEVICE_CHOICES } from "../../../../lib/backend/tensorflow/device_choices.ts";
import { DATA_TYPES } from "../../../../lib/backend/tensorflow/library/codes.ts";
import { assertAllClose } from "../../../support/close.ts";
import { goldenTensor } from "../../../support/generator.ts";
import { testWithLibrary } from "../with_library.ts";
import {
  openRecordingBinding,
  type RecordedOp,
  type RecordingBinding,
} from "./recording_binding.ts";

const EPSILON = 1e-3;

/** Runs a function as on a GPU; returns what it returns and its ops. */
function record<T>(binding: RecordingBinding, run: () => T): { result: T; ops: RecordedOp[] } {
  binding.ops.length = 0;
  const result = run();
  return { result, ops: [...binding.ops] };
}

function tensor(shape: number[], seed: number): tf.Tensor {
  return tf.tensor(goldenTensor(shape, seed), shape);
}

/** Values and gradients of a convolution with bias, padding, a residual and maybe a ReLU. */
function convolve(hasRelu: boolean, hasResidual: boolean): Float32Array[] {
  return tf.tidy(() => {
    const tensors = [
      tensor([2, 7, 6, 3], 1),
      tensor([3, 3, 3, 4], 2),
      tensor([4], 3),
      tensor([2, 4, 3, 4], 4),
    ];
    const run = (...[x, filter, bias, residual]: tf.Tensor[]) =>
      convBiasRelu(x as tf.Tensor4D, filter as tf.Tensor4D, bias as tf.Tensor1D, {
        stride: 2,
        pad: 1,
        hasRelu,
        ...(hasResidual ? { residual: residual as tf.Tensor4D } : {}),
      });
    const inputs = hasResidual ? tensors : tensors.slice(0, 3);
    const gradients = tf.grads(run)(inputs, tensor([2, 4, 3, 4], 5));
    return [run(...inputs), ...gradients].map((output) => output.dataSync<"float32">());
  });
}

/** Values and gradient of a max pool with padding. */
function pool(): Float32Array[] {
  return tf.tidy(() => {
    const x = tensor([2, 8, 7, 3], 6) as tf.Tensor4D;
    const run = (x: tf.Tensor) => tf.maxPool(x as tf.Tensor4D, 3, 2, 1, "floor");
    return [run(x), tf.grad(run)(x)].map((output) => output.dataSync<"float32">());
  });
}

testWithLibrary("on a GPU a convolution, its bias and its ReLU are three ops", async (files) => {
  const binding = await openRecordingBinding(files);
  const names = (hasRelu: boolean, hasResidual: boolean) =>
    record(binding, () => convolve(hasRelu, hasResidual)).ops.map(({ name }) => name)
      .filter((name) => !/Backprop|Grad/.test(name));
  assertEquals(names(true, false).slice(0, 3), ["Conv2D", "BiasAdd", "Relu"]);
  assertEquals(names(false, false).slice(0, 2), ["Conv2D", "BiasAdd"]);
  assertEquals(names(true, true).slice(0, 4), ["Conv2D", "BiasAdd", "AddV2", "Relu"]);
  assertEquals(names(false, true).slice(0, 3), ["Conv2D", "BiasAdd", "AddV2"]);
});

testWithLibrary("a GPU's ops compute what plain JavaScript does", async (files) => {
  await openBackend("cpu");
  const compute = () =>
    [pool(), ...[true, false].flatMap((relu) => [convolve(relu, true), convolve(relu, false)])]
      .flat();
  const expected = compute();
  await openRecordingBinding(files);
  const actual = compute();
  expected.forEach((values, i) => assertAllClose(actual[i]!, values, 1e-5, `output ${i}`));
});

testWithLibrary("on a GPU padding is an attribute of pools and gradients", async (files) => {
  const binding = await openRecordingBinding(files);
  const { ops } = record(binding, () => [pool(), convolve(true, false)]);
  assertEquals(ops.filter(({ name }) => /^(Pad|PadV2|Slice)$/.test(name)), []);
  const padded = ops.filter(({ attributes }) =>
    attributes.some(({ name, value }) => name === "padding" && value === "EXPLICIT")
  );
  const names = ["Conv2D", "Conv2DBackpropFilter", "Conv2DBackpropInput", "MaxPool", "MaxPoolGrad"];
  assertEquals([...new Set(padded.map(({ name }) => name))].toSorted(), names);
  for (const { name, attributes } of padded) {
    const pads = attributes.find(({ name }) => name === "explicit_paddings")!.value;
    assertEquals(pads, [
      0,
      0,
      1,
      name.startsWith("Conv") ? 1 : 0,
      1,
      name.startsWith("Conv") ? 0 : 1,
      0,
      0,
    ]);
  }
});

testWithLibrary(
  "on a GPU batch norm sees images, and its gradient what cuDNN keeps",
  async (files) => {
    const binding = await openRecordingBinding(files);
    const [x, scale, shift] = [tensor([2, 3, 4, 5], 7), tensor([5], 8), tensor([5], 9)];
    const run = (...[x, scale, shift]: tf.Tensor[]) =>
      batchNormTrain(x!, scale as tf.Tensor1D, shift as tf.Tensor1D, EPSILON).y;
    const kept: Float32Array[] = [];
    const executeOp = binding.executeOp.bind(binding);
    binding.executeOp = (name, attributes, ids, count) => {
      if (name === "FusedBatchNormGradV3") {
        kept.push(
          binding.tensorDataSync(ids[4]!) as Float32Array,
        );
      }
      return executeOp(name, attributes, ids, count);
    };
    const { ops } = record(
      binding,
      () => tf.grads(run)([x, scale, shift], tensor([2, 3, 4, 5], 10)),
    );
    const [forward, backward] = ops.filter(({ name }) => /^FusedBatchNorm/.test(name));
    assertEquals(forward!.inputs[0]!.shape, [2, 3, 4, 5]);
    assertEquals(backward!.inputs.slice(0, 2).map(({ shape }) => shape), [[2, 3, 4, 5], [
      2,
      3,
      4,
      5,
    ]]);
    assertEquals(backward!.inputs[5]!.shape, [], "reserve space 3: a scalar is none");
    assertAllClose(kept[0]!, inverseDeviations(goldenTensor([2, 3, 4, 5], 7), 5), 1e-5);
    tf.dispose([x, scale, shift]);
  },
);

/** 1 / sqrt(variance + ε) of each channel, in float64. */
function inverseDeviations(x: Float32Array, channelCount: number): Float64Array {
  const count = x.length / channelCount;
  return Float64Array.from({ length: channelCount }, (_, c) => {
    const values = x.filter((_, i) => i % channelCount === c);
    const mean = values.reduce((sum, value) => sum + value / count, 0);
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2 / count, 0);
    return 1 / Math.sqrt(variance + EPSILON);
  });
}

testWithLibrary(
  "a GPU's values are read by way of the host, aside, also of a tensor that is freed meanwhile",
  async (files) => {
    let asideCount = 0;
    const binding = await openRecordingBinding(files, (c) => ({
      ...c,
      TFE_TensorHandleResolve: () => {
        throw new Error("the main thread must not wait");
      },
      TFE_TensorHandleResolveAside: (...args) => {
        asideCount++;
        return c.TFE_TensorHandleResolveAside(...args);
      },
    }));
    const x = tf.tensor1d([1, 2, 3]);
    const doubled = tf.mul(x, 2); // in TensorFlow's memory
    const reading = doubled.data();
    doubled.dispose();
    assertEquals(await reading, Float32Array.of(2, 4, 6));
    assertEquals(asideCount, 1);
    await assertRejectsRead(binding);
    x.dispose();
  },
);

testWithLibrary("TensorFlow does not put a GPU's three ops together again", async (files) => {
  const binding = await openRecordingBinding(files);
  const names = profileFunction(
    ([x, filter, bias]) => [
      convBiasRelu(x as tf.Tensor4D, filter as tf.Tensor4D, bias as tf.Tensor1D, {
        stride: 1,
        pad: 1,
        hasRelu: true,
      }),
    ],
    [tensor([2, 7, 6, 3], 1), tensor([3, 3, 3, 4], 2), tensor([4], 3)],
    { variables: [] },
  ).map(({ op }) => op);
  assertEquals(names.filter((name) => /Fused/.test(name)), []);
  assertEquals(names.filter((name) => /Relu/.test(name)), ["Relu"]); // oneDNN may add the bias elsewhere
  const given: unknown[] = [];
  binding.executeOpAside = (_name, attributes) => {
    given.push(attributes);
    return Promise.resolve([]);
  };
  await compileFunction(([x]) => [tf.neg(x!)], { name: "negate", variables: [] })
    .runAside([tensor([2], 1)]);
  assertEquals(given, [[stringAttribute("config_proto", "R\x04R\x02p\x02")]]);
});

/** Reading what does not exist fails in either way with the same line. */
async function assertRejectsRead(binding: RecordingBinding): Promise<void> {
  const message = "Cannot use tensor as it must exist: number 999999 does not";
  assertThrows(() => binding.tensorDataSync(999_999), RangeError, message);
  const error = await binding.tensorData(999_999).then(() => null, (error: Error) => error);
  assertEquals(error?.message, message);
}

testWithLibrary("only what a GPU's kernels want on the host stays there", async (files) => {
  const moved: number[] = [];
  const binding = await openRecordingBinding(files, (c) => ({
    ...c,
    TFE_TensorHandleCopyToDevice: (handle, ...rest) => {
      moved.push(c.TFE_TensorHandleDataType(handle));
      return c.TFE_TensorHandleCopyToDevice(handle, ...rest);
    },
  }));
  const { TF_FLOAT, TF_INT32, TF_BOOL } = DATA_TYPES;
  const ids = [
    binding.createTensor([1], TF_FLOAT, Float32Array.of(1)),
    binding.createTensor([1], TF_INT32, Int32Array.of(1)),
    binding.createTensor([1], TF_BOOL, Uint8Array.of(1)),
  ];
  assertEquals(moved, [TF_FLOAT, TF_BOOL]);
  for (const id of ids) binding.deleteTensor(id);
  assertEquals(Object.keys(DEVICE_CHOICES), ["cpu", "gpu"]);
});
