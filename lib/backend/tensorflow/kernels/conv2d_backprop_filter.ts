/** Kernel `Conv2DBackpropFilter`, with any padding. */

import * as tf from "@tensorflow/tfjs";
import { boolAttribute, intAttribute, typeAttribute } from "../library/attributes.ts";
import { DATA_TYPES } from "../library/codes.ts";
import { convAttributes, findWindow } from "./conv_info.ts";
import { type KernelCall, registerTensorflowKernel } from "./kernel_call.ts";
import { isPaddedApart, NO_PADDING, padSpatial } from "./spatial_padding.ts";
import { findPadding, type Window, type WindowPadding } from "./window.ts";

/** Registers the kernel: inputs x [B, H, W, I], dy [B, H', W', O]; output [FH, FW, I, O]. */
export function registerConv2DBackpropFilter(): void {
  registerTensorflowKernel(tf.Conv2DBackpropFilter, (call) => {
    const [x, dy] = [call.input("x"), call.input("dy")];
    const filterShape = call.attr<readonly number[]>("filterShape");
    const window = findWindow(call, x.shape, filterShape);
    const padding = findPadding(window);
    if (call.choices.hasProductFilterGradient && isPointwise(window, padding)) {
      return multiplyPixels(call, window, filterShape);
    }
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

function isPointwise(window: Window, { name }: WindowPadding): boolean {
  return window.filterHeight === 1 && window.filterWidth === 1 && name === "VALID";
}

const T = typeAttribute("T", DATA_TYPES.TF_FLOAT);
const STRIDED_SLICE = [
  T,
  typeAttribute("Index", DATA_TYPES.TF_INT32),
  ...["begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask"]
    .map((name) => intAttribute(name, 0)),
];
const FIRST_TRANSPOSED = [
  T,
  boolAttribute("transpose_a", true),
  boolAttribute("transpose_b", false),
];

/** A filter of one pixel: with the pixels of x that it sees as rows [n, I], and those of dy as rows [n, O], it is xᵀ dy. */
function multiplyPixels(
  call: KernelCall,
  window: Window,
  filterShape: readonly number[],
): tf.Tensor {
  const [inputCount, outputCount] = filterShape.slice(2) as [number, number];
  const seen = seenPixels(call, window);
  const x = call.reshape(seen, [-1, inputCount]);
  const dy = call.reshape(call.input("dy"), [-1, outputCount]);
  const product = call.runOne("MatMul", FIRST_TRANSPOSED, call.ids(x, dy));
  const gradient = call.reshape(product, filterShape);
  tf.dispose([seen, x, dy, product]);
  return gradient;
}

/** x [B, H', W', I]: every stride-th pixel. The caller disposes it. */
function seenPixels(call: KernelCall, window: Window): tf.Tensor {
  const x = call.input("x");
  const { strideHeight, strideWidth } = window;
  if (strideHeight === 1 && strideWidth === 1) return call.reshape(x, x.shape);
  const bounds = [
    call.constant([0, 0, 0, 0]),
    call.constant(x.shape),
    call.constant([1, strideHeight, strideWidth, 1]),
  ];
  return call.runOne("StridedSlice", STRIDED_SLICE, [...call.ids(x), ...bounds]);
}
