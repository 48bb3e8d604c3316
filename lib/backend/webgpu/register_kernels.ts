/** Registers our kernels for backend `webgpu`. */

import type * as tf from "@tensorflow/tfjs";
import { replaceKernel } from "../ops/run_kernel.ts";
import { ADAMW_UPDATE_KERNEL } from "./kernels/adamw_update.ts";
import {
  BATCH_NORM_TRAIN_GRAD_KERNEL,
  BATCH_NORM_TRAIN_KERNEL,
} from "./kernels/batch_norm_train.ts";
import {
  BIAS_GRAD_KERNEL,
  CONV_BIAS_RELU_KERNEL,
  RELU_GRAD_KERNEL,
} from "./kernels/conv_bias_relu.ts";
import { MAX_POOL_GRAD_KERNEL } from "./kernels/max_pool_grad.ts";

const KERNELS: readonly tf.KernelConfig[] = [
  ADAMW_UPDATE_KERNEL,
  BATCH_NORM_TRAIN_KERNEL,
  BATCH_NORM_TRAIN_GRAD_KERNEL,
  CONV_BIAS_RELU_KERNEL,
  RELU_GRAD_KERNEL,
  BIAS_GRAD_KERNEL,
  MAX_POOL_GRAD_KERNEL,
];

/** Registers our kernels for backend `webgpu`, in place of the compositions. */
export function registerKernels(): void {
  for (const kernel of KERNELS) replaceKernel(kernel);
}
