/** Kernels `BatchNormTrain` and `BatchNormTrainGrad`. */

import type * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { BATCH_NORM_TRAIN, BATCH_NORM_TRAIN_GRAD } from "../../ops/batch_norm_train.ts";
import { type MapFormula, mapNumbers } from "../map_program.ts";
import { type RowFormula, sumRows } from "../sum_rows.ts";

const SUM: RowFormula = { name: "x", inputNames: ["x"], term: "x[i]" };

const SUM_OF_SQUARES: RowFormula = {
  name: "centered_squares",
  inputNames: ["x", "mean"],
  term: "(x[i] - mean[c]) * (x[i] - mean[c])",
};

const SUM_OF_PRODUCTS: RowFormula = {
  name: "normalized_products",
  inputNames: ["dy", "x", "mean", "variance"],
  numberNames: ["epsilon"],
  term: "dy[i] * (x[i] - mean[c]) * inverseSqrt(variance[c] + uniforms.epsilon)",
};

const NORMALIZE: MapFormula = {
  name: "batch_norm",
  inputNames: ["x", "mean", "variance", "scale", "shift"],
  numberNames: ["epsilon"],
  countNames: ["channelCount"],
  code: `
    let c = index % uniforms.channelCount;
    let factor = scale[c] * inverseSqrt(variance[c] + uniforms.epsilon);
    result[index] = (x[index] - mean[c]) * factor + shift[c];`,
};

const GRADIENT: MapFormula = {
  name: "batch_norm_gradient",
  inputNames: ["dy", "x", "mean", "variance", "scale", "dScale", "dShift"],
  numberNames: ["epsilon", "share"],
  countNames: ["channelCount"],
  code: `
    let c = index % uniforms.channelCount;
    let inverse = inverseSqrt(variance[c] + uniforms.epsilon);
    let along = (x[index] - mean[c]) * inverse * dScale[c] * uniforms.share;
    result[index] = (dy[index] - dShift[c] * uniforms.share - along) * scale[c] * inverse;`,
};

/** Mean, variance, then the normalized values. */
export const BATCH_NORM_TRAIN_KERNEL: tf.KernelConfig = {
  kernelName: BATCH_NORM_TRAIN,
  backendName: "webgpu",
  kernelFunc({ inputs, attrs, backend }) {
    const gpu = backend as WebGPUBackend;
    const { x, scale, shift } = inputs as Record<"x" | "scale" | "shift", tf.TensorInfo>;
    const counts = countRows(x, scale);
    const averaged = { ...counts, scale: 1 / counts.rowCount };
    const mean = sumRows(gpu, SUM, { tensors: [x], ...averaged });
    const variance = sumRows(gpu, SUM_OF_SQUARES, { tensors: [x, mean], ...averaged });
    const y = mapNumbers(gpu, NORMALIZE, {
      tensors: [x, mean, variance, scale, shift],
      numbers: [attrs!.epsilon as number],
      counts: [counts.channelCount],
    }, x.shape);
    return [y, mean, variance];
  },
};

/** See `batchNormTrain` for the formula; its sums over rows come first. */
export const BATCH_NORM_TRAIN_GRAD_KERNEL: tf.KernelConfig = {
  kernelName: BATCH_NORM_TRAIN_GRAD,
  backendName: "webgpu",
  kernelFunc({ inputs, attrs, backend }) {
    const gpu = backend as WebGPUBackend;
    const { dy, x, scale, mean, variance } = inputs as Record<
      "dy" | "x" | "scale" | "mean" | "variance",
      tf.TensorInfo
    >;
    const counts = countRows(x, scale);
    const epsilon = attrs!.epsilon as number;
    const dShift = sumRows(gpu, SUM, { tensors: [dy], ...counts });
    const dScale = sumRows(gpu, SUM_OF_PRODUCTS, {
      tensors: [dy, x, mean, variance],
      numbers: [epsilon],
      ...counts,
    });
    const dx = mapNumbers(gpu, GRADIENT, {
      tensors: [dy, x, mean, variance, scale, dScale, dShift],
      numbers: [epsilon, 1 / counts.rowCount],
      counts: [counts.channelCount],
    }, x.shape);
    return [dx, dScale, dShift];
  },
};

function countRows(x: tf.TensorInfo, scale: tf.TensorInfo) {
  const channelCount = scale.shape[0]!;
  const entryCount = x.shape.reduce((product, extent) => product * extent, 1);
  return { rowCount: entryCount / channelCount, channelCount };
}
