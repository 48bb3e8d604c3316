/** Kernel `Conv2D`, with any padding. */

import * as tf from "@tensorflow/tfjs";
import { convAttributes, findWindow } from "./conv_info.ts";
import { type KernelCall, registerTensorflowKernel } from "./kernel_call.ts";
import { isPointwise, multiplyByFilter } from "./pointwise.ts";

/** Registers the kernel: inputs x [B, H, W, I], filter [FH, FW, I, O]; output [B, H', W', O]. */
export function registerConv2D(): void {
  registerTensorflowKernel(tf.Conv2D, convolve);
}

/** x * filter, without bias or activation. The caller disposes it. */
export function convolve(call: KernelCall): tf.Tensor {
  const [x, filter] = [call.input("x"), call.input("filter")];
  const window = findWindow(call, x.shape, filter.shape);
  if (call.choices.hasPointwiseProducts && isPointwise(window)) {
    return multiplyByFilter(call, window, x, filter);
  }
  return call.runOne("Conv2D", convAttributes(window), call.ids(x, filter));
}
