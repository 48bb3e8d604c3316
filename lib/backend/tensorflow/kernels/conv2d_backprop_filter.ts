/** Kernel `Conv2DBackpropFilter`, with any padding. */

import * as tf from "@tensorflow/tfjs";
import { convAttributes } from "./conv_info.ts";
import { registerTensorflowKernel } from "./kernel_call.ts";

/** Registers the kernel: inputs x [B, H, W, I], dy [B, H', W', O]; output [FH, FW, I, O]. */
export function registerConv2DBackpropFilter(): void {
  registerTensorflowKernel(tf.Conv2DBackpropFilter, (call) => {
    const [x, dy] = [call.input("x"), call.input("dy")];
    const filterShape = call.attr<readonly number[]>("filterShape");
    const attributes = convAttributes(call, x.shape, filterShape);
    const [xId, dyId] = call.ids(x, dy);
    return call.runOne("Conv2DBackpropFilter", attributes, [
      xId!,
      call.constant(filterShape),
      dyId!,
    ]);
  });
}
