/** Kernel `Conv2DBackpropInput`, with any padding. */

import * as tf from "@tensorflow/tfjs";
import { convAttributes, findWindow } from "./conv_info.ts";
import { registerTensorflowKernel } from "./kernel_call.ts";

/** Registers the kernel: inputs dy [B, H', W', O], filter [FH, FW, I, O]; output [B, H, W, I]. */
export function registerConv2DBackpropInput(): void {
  registerTensorflowKernel(tf.Conv2DBackpropInput, (call) => {
    const [dy, filter] = [call.input("dy"), call.input("filter")];
    const inputShape = call.attr<readonly number[]>("inputShape");
    const attributes = convAttributes(findWindow(call, inputShape, filter.shape));
    const ids = [call.constant(inputShape), ...call.ids(filter, dy)];
    return call.runOne("Conv2DBackpropInput", attributes, ids);
  });
}
