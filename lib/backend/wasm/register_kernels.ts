/** Registers our kernels for backend `wasm`. */

import type * as tf from "@tensorflow/tfjs";
import { replaceKernel } from "../ops/run_kernel.ts";
import { createAdamwUpdate } from "./adamw_update.ts";
import { createBatchMatMul } from "./batch_mat_mul.ts";
import { createBatchNormTrain, createBatchNormTrainGrad } from "./batch_norm_train.ts";
import { createConv2DBackpropFilter } from "./conv2d_backprop_filter.ts";
import { createConv2DBackpropInput } from "./conv2d_backprop_input.ts";
import { createConv2D, createConvBiasRelu } from "./convolve.ts";
import { createSlice, createTranspose, createUnpack } from "./copy_view.ts";
import { createGelu, createGeluGradient, createLinearGelu } from "./gelu.ts";
import { createMaxPoolGrad } from "./max_pool_grad.ts";
import type { WasmModule } from "./open_module.ts";
import { createBiasGrad, createReluGrad } from "./relu_bias_grad.ts";
import {
  createScaledLayerNorm,
  createScaledLayerNormGradient,
  createSoftmaxGradient,
  createSumRows,
} from "./row_kernels.ts";

/** Every kernel of ours. */
const CREATORS: readonly ((module: WasmModule) => tf.KernelConfig)[] = [
  createConv2D,
  createConvBiasRelu,
  createConv2DBackpropInput,
  createConv2DBackpropFilter,
  createBatchMatMul,
  createMaxPoolGrad,
  createBatchNormTrain,
  createBatchNormTrainGrad,
  createAdamwUpdate,
  createReluGrad,
  createBiasGrad,
  createGelu,
  createGeluGradient,
  createLinearGelu,
  createTranspose,
  createSlice,
  createUnpack,
  createScaledLayerNorm,
  createScaledLayerNormGradient,
  createSumRows,
  createSoftmaxGradient,
];

/** Registers our kernels for backend `wasm`, in place of tfjs's own where it has one. */
export function registerKernels(module: WasmModule): void {
  for (const create of CREATORS) replaceKernel(create(module));
}
