/** Kernels `BatchNormTrain` and `BatchNormTrainGrad`. */

import type * as tf from "@tensorflow/tfjs";
import { BATCH_NORM_TRAIN, BATCH_NORM_TRAIN_GRAD } from "../ops/batch_norm_train.ts";
import { FLOAT_BYTES } from "./conv_geometry.ts";
import type { Address } from "./kernel_functions.ts";
import type { WasmModule } from "./open_module.ts";

/** Normalizes with the batch's statistics: mean first, then the variance of what is centered. */
export function createBatchNormTrain(module: WasmModule): tf.KernelConfig {
  const { kernels, addressOf } = module;
  return {
    kernelName: BATCH_NORM_TRAIN,
    backendName: "wasm",
    kernelFunc({ inputs, attrs }) {
      const { x, scale, shift } = inputs as Record<"x" | "scale" | "shift", tf.TensorInfo>;
      const channelCount = scale.shape[0]!;
      const rowCount = countRows(x, channelCount);
      const outputs = [x.shape, [channelCount], [channelCount]].map(module.createTensor);
      const [y, mean, variance] = outputs.map(addressOf) as [Address, Address, Address];
      const [factors] = module.reserve(channelCount * FLOAT_BYTES) as [Address];
      const input = addressOf(x);
      kernels.sumChannels(input, rowCount, channelCount, 1 / rowCount, mean);
      kernels.computeVariance(input, mean, rowCount, channelCount, variance);
      const epsilon = attrs!.epsilon as number;
      kernels.computeFactors(variance, addressOf(scale), channelCount, epsilon, factors);
      kernels.normalizeChannels(
        ...[input, rowCount, channelCount, mean, factors, addressOf(shift), y] as const,
      );
      return outputs;
    },
  };
}

/** The gradient, with two passes over dy and x. */
export function createBatchNormTrainGrad(module: WasmModule): tf.KernelConfig {
  const { kernels, addressOf } = module;
  return {
    kernelName: BATCH_NORM_TRAIN_GRAD,
    backendName: "wasm",
    kernelFunc({ inputs, attrs }) {
      const { x, scale } = inputs as Record<"x" | "scale", tf.TensorInfo>;
      const channelCount = scale.shape[0]!;
      const rowCount = countRows(x, channelCount);
      const outputs = [x.shape, [channelCount], [channelCount]].map(module.createTensor);
      const [dx, dScale, dShift] = outputs.map(addressOf) as [Address, Address, Address];
      const bytes = channelCount * FLOAT_BYTES;
      const [a, b, d] = module.reserve(bytes, bytes, bytes) as [Address, Address, Address];
      const [dy, input] = [addressOf(inputs.dy!), addressOf(x)];
      const [mean, variance] = [addressOf(inputs.mean!), addressOf(inputs.variance!)];
      kernels.sumChannels(dy, rowCount, channelCount, 1, dShift);
      kernels.sumProducts(dy, input, mean, rowCount, channelCount, dScale);
      kernels.computeGradientFactors(
        ...[variance, addressOf(scale), dShift, dScale, rowCount, channelCount] as const,
        ...[attrs!.epsilon as number, a, b, d] as const,
      );
      kernels.combineGradient(dy, input, mean, a, b, d, rowCount, channelCount, dx);
      return outputs;
    },
  };
}

function countRows(x: tf.TensorInfo, channelCount: number): number {
  return x.shape.reduce((product, extent) => product * extent, 1) / channelCount;
}
