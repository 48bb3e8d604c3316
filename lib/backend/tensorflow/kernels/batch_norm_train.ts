/** Kernels `BatchNormTrain` and `BatchNormTrainGrad`: TensorFlow's fused batch norm. */

import type * as tf from "@tensorflow/tfjs";
import { BATCH_NORM_TRAIN, BATCH_NORM_TRAIN_GRAD } from "../../ops/batch_norm_train.ts";
import {
  boolAttribute,
  floatAttribute,
  type OpAttribute,
  stringAttribute,
  typeAttribute,
} from "../library/attributes.ts";
import { DATA_TYPES } from "../library/codes.ts";
import { type KernelCall, registerTensorflowKernel } from "./kernel_call.ts";

const T = typeAttribute("T", DATA_TYPES.TF_FLOAT);

/**
 * Registers `BatchNormTrain`: x [..., C], scale, shift [C]; y [..., C], mean [C], biased variance [C].
 *
 * oneDNN adds the n values of a channel one after the other, in float32, so errors grow with n: at n = 200,704 normal values, y is
 * 8e-6 from float64 (backend `wasm` 5e-7, PyTorch channels last 9e-6), the variance 2e-5. Statistics of blocks of rows, put together,
 * would be exact to 3e-7; with them, and the op's form for given statistics, it took 9 to 16 times as long.
 */
export function registerBatchNormTrain(): void {
  registerTensorflowKernel(BATCH_NORM_TRAIN, (call) => {
    const [x, scale, shift] = [call.input("x"), call.input("scale"), call.input("shift")];
    const images = call.reshape(x, imageShape(call, x));
    const noStatistic = call.zeros([0]);
    const ids = [...call.ids(images, scale, shift), noStatistic, noStatistic];
    const outputs = call.run("FusedBatchNormV3", fusedAttributes(call), ids, 6);
    const [y, mean, unbiased] = outputs as [tf.Tensor, tf.Tensor, tf.Tensor];
    const count = pixelCount(x);
    const variance = scaleBy(call, unbiased, Math.max(1, count - 1) / count); // TensorFlow divides by n - 1
    const result = [call.reshape(y, x.shape), mean, variance];
    for (const tensor of [images, y, ...outputs.slice(2)]) tensor.dispose();
    return result;
  });
}

/** Registers `BatchNormTrainGrad`: dy, x [..., C], scale, mean, variance [C]; dx [..., C], dScale, dShift [C]. */
export function registerBatchNormTrainGrad(): void {
  registerTensorflowKernel(BATCH_NORM_TRAIN_GRAD, (call) => {
    const [dy, x, scale] = [call.input("dy"), call.input("x"), call.input("scale")];
    const shape = gradientShape(call, x);
    const [dyImages, images] = [call.reshape(dy, shape), call.reshape(x, shape)];
    const spread = reserveSpread(call, call.input("variance"));
    const noReserve = call.zeros(call.choices.emptyReserveShape);
    const ids = [...call.ids(dyImages, images, scale, call.input("mean"), spread), noReserve];
    const outputs = call.run("FusedBatchNormGradV3", fusedAttributes(call), ids, 5);
    const [dx, dScale, dShift] = outputs as [tf.Tensor, tf.Tensor, tf.Tensor];
    const result = [call.reshape(dx, x.shape), dScale, dShift];
    for (const tensor of [dyImages, images, spread, dx, ...outputs.slice(3)]) tensor.dispose();
    return result;
  });
}

function fusedAttributes(call: KernelCall): OpAttribute[] {
  return [
    T,
    typeAttribute("U", DATA_TYPES.TF_FLOAT),
    floatAttribute("epsilon", call.attr<number>("epsilon")),
    stringAttribute("data_format", "NHWC"),
    boolAttribute("is_training", true),
  ];
}

/** What the gradient takes from the forward pass. */
function reserveSpread(call: KernelCall, variance: tf.TensorInfo): tf.Tensor {
  if (call.choices.batchNormReserve === "variance") return call.reshape(variance, variance.shape);
  const epsilon = call.scalar(call.attr<number>("epsilon"));
  const shifted = call.runOne("AddV2", [T], [...call.ids(variance), epsilon]);
  const inverse = call.runOne("Rsqrt", [T], call.ids(shifted));
  shifted.dispose();
  return inverse;
}

/** [B, H, W, C] as it is or, like every other shape, as images of one pixel: [n, 1, 1, C]. */
function imageShape(call: KernelCall, x: tf.TensorInfo): readonly number[] {
  if (x.shape.length === 4 && !call.choices.isNormalizedByRows) return x.shape;
  return [pixelCount(x), 1, 1, x.shape.at(-1)!];
}

/**
 * What the gradient sees. oneDNN sums the pixels of each image up, and then the images: B H W values one after the other, as images
 * of one pixel are, round ten times worse than about sqrt(B H W) images of as many pixels, at the same speed.
 */
function gradientShape(call: KernelCall, x: tf.TensorInfo): readonly number[] {
  if (!call.choices.isNormalizedByRows) return imageShape(call, x);
  const count = pixelCount(x);
  const height = largestDivisor(count);
  return [count / height, height, 1, x.shape.at(-1)!];
}

/** The largest divisor that is at most the root. */
function largestDivisor(count: number): number {
  let divisor = Math.floor(Math.sqrt(count));
  while (count % divisor !== 0) divisor--;
  return divisor;
}

function pixelCount({ shape }: tf.TensorInfo): number {
  return shape.slice(0, -1).reduce((product, size) => product * size, 1);
}

function scaleBy(call: KernelCall, x: tf.TensorInfo, factor: number): tf.Tensor {
  return call.runOne("Mul", [T], [...call.ids(x), call.scalar(factor)]);
}
