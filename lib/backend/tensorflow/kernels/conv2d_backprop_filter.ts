/** Kernel `Conv2DBackpropFilter`, with any padding. */

import * as tf from "@tensorflow/tfjs";
import { typeAttribute } from "../attributes.ts";
import { DATA_TYPES } from "../codes.ts";
import { convAttributes, findWindow } from "./conv_info.ts";
import { type KernelCall, registerTensorflowKernel } from "./kernel_call.ts";
import { findPadding, type WindowPadding } from "./window.ts";

/**
 * Registers the kernel: inputs x [B, H, W, I], dy [B, H', W', O]; output [FH, FW, I, O].
 *
 * On a CPU, explicit padding is added to a copy of x first: TensorFlow's own way with it was measured at up to three times
 * the time of both.
 */
export function registerConv2DBackpropFilter(): void {
  registerTensorflowKernel(tf.Conv2DBackpropFilter, (call) => {
    const [x, dy] = [call.input("x"), call.input("dy")];
    const filterShape = call.attr<readonly number[]>("filterShape");
    const window = findWindow(call, x.shape, filterShape);
    const padding = findPadding(window);
    const [xId, dyId] = call.ids(x, dy) as [number, number];
    const { binding } = call.backend;
    const sizes = call.constant(filterShape);
    if (padding.name !== "EXPLICIT" || binding.isUsingGpuDevice()) {
      const attributes = convAttributes(window, padding);
      return call.runOne("Conv2DBackpropFilter", attributes, [xId, sizes, dyId]);
    }
    const paddedId = pad(call, xId, padding);
    const attributes = convAttributes(window, { name: "VALID", pads: [0, 0, 0, 0] });
    const gradient = call.runOne("Conv2DBackpropFilter", attributes, [paddedId, sizes, dyId]);
    binding.deleteTensor(paddedId);
    return gradient;
  });
}

const PAD_ATTRIBUTES = [
  typeAttribute("T", DATA_TYPES.TF_FLOAT),
  typeAttribute("Tpaddings", DATA_TYPES.TF_INT32),
];

function pad(call: KernelCall, id: number, { pads }: WindowPadding): number {
  const paddings = call.constant([0, 0, ...pads, 0, 0], [4, 2]);
  return call.backend.binding.executeOp("Pad", PAD_ATTRIBUTES, [id, paddings], 1)[0]!.id;
}
