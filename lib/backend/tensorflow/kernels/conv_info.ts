/** Geometry of a convolution, from the attributes of tfjs's kernels. */

import * as tf from "@tensorflow/tfjs";
import { intAttribute, type OpAttribute, typeAttribute } from "../library/attributes.ts";
import { DATA_TYPES } from "../library/codes.ts";
import type { KernelCall } from "./kernel_call.ts";
import { findPadding, type Window, windowAttributes, type WindowPadding } from "./window.ts";

/** How the filter of a kernel's call moves over its input. */
export function findWindow(
  call: KernelCall,
  inputShape: readonly number[],
  filterShape: readonly number[],
): Window {
  return tf.backend_util.computeConv2DInfo(
    inputShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    call.attr<number | [number, number]>("strides"),
    call.attr<number | [number, number] | undefined>("dilations") ?? 1,
    call.attr<"same" | "valid" | number>("pad"),
    call.attr<"floor" | "round" | "ceil" | undefined>("dimRoundingMode"),
    false,
    tf.backend_util.convertConv2DDataFormat(call.attr<"NHWC" | "NCHW">("dataFormat") ?? "NHWC"),
  );
}

/** How the filter of a forward convolution moves over its input x. */
export function findConvWindow(call: KernelCall): Window {
  return findWindow(call, call.input("x").shape, call.input("filter").shape);
}

/** Attributes of `Conv2D`, of its two gradients and of `_FusedConv2D`, for NHWC tensors of float32. */
export function convAttributes(
  window: Window,
  padding: WindowPadding = findPadding(window),
): OpAttribute[] {
  return [
    typeAttribute("T", DATA_TYPES.TF_FLOAT),
    intAttribute("dilations", [1, window.dilationHeight, window.dilationWidth, 1]),
    ...windowAttributes(window, padding),
  ];
}
