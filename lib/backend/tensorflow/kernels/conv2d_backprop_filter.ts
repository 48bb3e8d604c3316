/** Kernel `Conv2DBackpropFilter`, with any padding. */

import * as tf from "@tensorflow/tfjs";
import { convAttributes, findWindow } from "./conv_info.ts";
import { registerTensorflowKernel } from "./kernel_call.ts";
import { isGradientProduct, multiplyPixels } from "./pointwise.ts";
import { isPaddedApart, NO_PADDING, padSpatial } from "./spatial_padding.ts";
import { findPadding } from "./window.ts";

/** Registers the kernel: inputs x [B, H, W, I], dy [B, H', W', O]; output [FH, FW, I, O]. */
export function registerConv2DBackpropFilter(): void {
  registerTensorflowKernel(tf.Conv2DBackpropFilter, (call) => {
    const [x, dy] = [call.input("x"), call.input("dy")];
    const filterShape = call.attr<readonly number[]>("filterShape");
    const window = findWindow(call, x.shape, filterShape);
    const padding = findPadding(window);
    if (isGradientProduct(call, window)) return multiplyPixels(call, window, x, dy);
    const [xId, dyId] = call.ids(x, dy) as [number, number];
    const sizes = call.constant(filterShape);
    if (!isPaddedApart(call, padding)) {
      const attributes = convAttributes(window, padding);
      return call.runOne("Conv2DBackpropFilter", attributes, [xId, sizes, dyId]);
    }
    const paddedId = padSpatial(call, xId, padding, 0);
    const attributes = convAttributes(window, NO_PADDING);
    const gradient = call.runOne("Conv2DBackpropFilter", attributes, [paddedId, sizes, dyId]);
    call.backend.binding.deleteTensor(paddedId);
    return gradient;
  });
}
