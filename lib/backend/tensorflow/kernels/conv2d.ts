/** Kernel `Conv2D`, with any padding. */

import * as tf from "@tensorflow/tfjs";
import { convAttributes, findConvWindow } from "./conv_info.ts";
import { type KernelCall, registerTensorflowKernel } from "./kernel_call.ts";
import { isProduct, multiplyByFilter } from "./pointwise.ts";
import type { Window } from "./window.ts";

/** Registers the kernel: inputs x [B, H, W, I], filter [FH, FW, I, O]; output [B, H', W', O]. */
export function registerConv2D(): void {
  registerTensorflowKernel(tf.Conv2D, (call) => convolve(call, findConvWindow(call)));
}

/** x * filter, without bias or activation. The caller disposes it. */
export function convolve(call: KernelCall, window: Window): tf.Tensor {
  const [x, filter] = [call.input("x"), call.input("filter")];
  if (isProduct(call, window)) return multiplyByFilter(call, window, x, filter);
  return call.runOne("Conv2D", convAttributes(window), call.ids(x, filter));
}
