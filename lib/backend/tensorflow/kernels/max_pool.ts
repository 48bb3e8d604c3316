/** Kernels `MaxPool` and `MaxPoolGrad`, with any padding. */

import * as tf from "@tensorflow/tfjs";
import { intAttribute, type OpAttribute, typeAttribute } from "../library/attributes.ts";
import { DATA_TYPES } from "../library/codes.ts";
import { type KernelCall, registerTensorflowKernel } from "./kernel_call.ts";
import { cropSpatial, isPaddedApart, NO_PADDING, padSpatial } from "./spatial_padding.ts";
import { findPadding, type Window, windowAttributes, type WindowPadding } from "./window.ts";

/** What no value is below. */
const LOWEST = -Infinity;

/** Registers `MaxPool`: input x [B, H, W, C]; output [B, H', W', C]. */
export function registerMaxPool(): void {
  registerTensorflowKernel(tf.MaxPool, (call) => {
    const x = call.input("x");
    const { window, padding } = findPool(call, x.shape);
    const [id] = call.ids(x) as [number];
    if (!isPaddedApart(call, padding)) {
      return call.runOne("MaxPool", poolAttributes(window, padding), [id]);
    }
    const paddedId = padSpatial(call, id, padding, LOWEST);
    const pooled = call.runOne("MaxPool", poolAttributes(window, NO_PADDING), [paddedId]);
    call.backend.binding.deleteTensor(paddedId);
    return pooled;
  });
}

/** Registers `MaxPoolGrad`: inputs input [B, H, W, C], output and dy [B, H', W', C]; output [B, H, W, C]. */
export function registerMaxPoolGrad(): void {
  registerTensorflowKernel(tf.MaxPoolGrad, (call) => {
    const { shape } = call.input("input");
    const { window, padding } = findPool(call, shape);
    const [input, ...rest] = call.ids(call.input("input"), call.input("output"), call.input("dy"));
    if (!isPaddedApart(call, padding)) {
      return call.runOne("MaxPoolGrad", poolAttributes(window, padding), [input!, ...rest]);
    }
    const { binding } = call.backend;
    const paddedId = padSpatial(call, input!, padding, LOWEST); // the same op as in the forward pass: compiled once
    const attributes = poolAttributes(window, NO_PADDING);
    const padded = binding.executeOp("MaxPoolGrad", attributes, [paddedId, ...rest], 1)[0]!;
    binding.deleteTensor(paddedId);
    return cropSpatial(call, padded.id, padding, shape);
  });
}

function findPool(call: KernelCall, inputShape: readonly number[]) {
  const window = tf.backend_util.computePool2DInfo(
    inputShape as [number, number, number, number],
    call.attr<number | [number, number]>("filterSize"),
    call.attr<number | [number, number]>("strides"),
    1,
    call.attr<"same" | "valid" | number>("pad"),
    call.attr<"floor" | "round" | "ceil" | undefined>("dimRoundingMode"),
  );
  return { window, padding: findPadding(window) };
}

function poolAttributes(window: Window, padding: WindowPadding): OpAttribute[] {
  return [
    typeAttribute("T", DATA_TYPES.TF_FLOAT),
    intAttribute("ksize", [1, window.filterHeight, window.filterWidth, 1]),
    ...windowAttributes(window, padding),
  ];
}
