/** Kernel `Conv2D`, with any padding. */

import * as tf from "@tensorflow/tfjs";
import { convAttributes, findWindow } from "./conv_info.ts";
import { registerTensorflowKernel } from "./kernel_call.ts";

/** Registers the kernel: inputs x [B, H, W, I], filter [FH, FW, I, O]; output [B, H', W', O]. */
export function registerConv2D(): void {
  registerTensorflowKernel(tf.Conv2D, (call) => {
    const [x, filter] = [call.input("x"), call.input("filter")];
    const window = findWindow(call, x.shape, filter.shape);
    return call.runOne("Conv2D", convAttributes(window), call.ids(x, filter));
  });
}
