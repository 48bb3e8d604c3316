/** Kernel `Conv2DBackpropInput`, with any padding. */

import * as tf from "@tensorflow/tfjs";
import { convAttributes, findWindow } from "./conv_info.ts";
import { type KernelCall, registerTensorflowKernel } from "./kernel_call.ts";
import { isProduct, multiplyByFilterTransposed } from "./pointwise.ts";
import {
  cropSpatial,
  isPaddedApart,
  NO_PADDING,
  PAD_ATTRIBUTES,
  paddedShape,
} from "./spatial_padding.ts";
import { findPadding } from "./window.ts";

/** With fewer, as images have, TensorFlow's own explicit padding was measured at 1.5 times the speed of oneDNN without it. */
const FEW_CHANNELS = 16;

/** Registers the kernel: inputs dy [B, H', W', O], filter [FH, FW, I, O]; output [B, H, W, I]. */
export function registerConv2DBackpropInput(): void {
  registerTensorflowKernel(tf.Conv2DBackpropInput, (call) => {
    const [dy, filter] = [call.input("dy"), call.input("filter")];
    const inputShape = call.attr<readonly number[]>("inputShape");
    const window = findWindow(call, inputShape, filter.shape);
    if (isProduct(call, window)) {
      return multiplyByFilterTransposed(call, window, dy, filter);
    }
    const padding = findPadding(window);
    const widened = widenOutputs(call, filter, dy);
    const tensorIds = widened ?? call.ids(filter, dy);
    if (!isPaddedApart(call, padding) || inputShape[3]! < FEW_CHANNELS) {
      const ids = [call.constant(inputShape), ...tensorIds];
      const result = call.runOne("Conv2DBackpropInput", convAttributes(window, padding), ids);
      for (const id of widened ?? []) call.backend.binding.deleteTensor(id);
      return result;
    }
    const ids = [call.constant(paddedShape(inputShape, padding)), ...tensorIds];
    const attributes = convAttributes(window, NO_PADDING);
    const { binding } = call.backend;
    const padded = binding.executeOp("Conv2DBackpropInput", attributes, ids, 1)[0]!;
    return cropSpatial(call, padded.id, padding, inputShape);
  });
}

const ONE_MORE_CHANNEL = [0, 0, 0, 0, 0, 0, 0, 1];

/**
 * From one channel to one, oneDNN gives wrong gradients on some processors (TensorFlow 2.21 on an AMD EPYC with AVX-512: off by
 * as much as they are large, from Python too). A second output channel of zeros takes another of its ways, with the right sums.
 *
 * @returns Filter and dy with that channel, for the caller to delete; `null` for all other convolutions.
 */
function widenOutputs(
  call: KernelCall,
  filter: tf.TensorInfo,
  dy: tf.TensorInfo,
): number[] | null {
  if (filter.shape[2] !== 1 || filter.shape[3] !== 1) return null;
  const paddings = call.constant(ONE_MORE_CHANNEL, [4, 2]);
  return call.ids(filter, dy).map((id) =>
    call.backend.binding.executeOp("Pad", PAD_ATTRIBUTES, [id, paddings], 1)[0]!.id
  );
}
