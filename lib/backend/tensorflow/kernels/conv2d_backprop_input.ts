/** Kernel `Conv2DBackpropInput`, with any padding. */

import * as tf from "@tensorflow/tfjs";
import { convAttributes, findWindow } from "./conv_info.ts";
import { registerTensorflowKernel } from "./kernel_call.ts";
import { cropSpatial, isPaddedApart, NO_PADDING, paddedShape } from "./spatial_padding.ts";
import { findPadding } from "./window.ts";

/** With fewer, as images have, TensorFlow's own explicit padding was measured at 1.5 times the speed of oneDNN without it. */
const FEW_CHANNELS = 16;

/** Registers the kernel: inputs dy [B, H', W', O], filter [FH, FW, I, O]; output [B, H, W, I]. */
export function registerConv2DBackpropInput(): void {
  registerTensorflowKernel(tf.Conv2DBackpropInput, (call) => {
    const [dy, filter] = [call.input("dy"), call.input("filter")];
    const inputShape = call.attr<readonly number[]>("inputShape");
    const window = findWindow(call, inputShape, filter.shape);
    const padding = findPadding(window);
    const tensorIds = call.ids(filter, dy);
    if (!isPaddedApart(call, padding) || inputShape[3]! < FEW_CHANNELS) {
      const ids = [call.constant(inputShape), ...tensorIds];
      return call.runOne("Conv2DBackpropInput", convAttributes(window, padding), ids);
    }
    const ids = [call.constant(paddedShape(inputShape, padding)), ...tensorIds];
    const attributes = convAttributes(window, NO_PADDING);
    const { binding } = call.backend;
    const padded = binding.executeOp("Conv2DBackpropInput", attributes, ids, 1)[0]!;
    return cropSpatial(call, padded.id, padding, inputShape);
  });
}
