/** Geometry of a convolution, from the attributes of tfjs's kernels. */

import * as tf from "@tensorflow/tfjs";
import { intAttribute, type OpAttribute, typeAttribute } from "../attributes.ts";
import { DATA_TYPES } from "../codes.ts";
import type { KernelCall } from "./kernel_call.ts";
import { windowAttributes } from "./window.ts";

/** Attributes of `Conv2D`, of its two gradients and of `_FusedConv2D`, for NHWC tensors of float32. */
export function convAttributes(
  call: KernelCall,
  inputShape: readonly number[],
  filterShape: readonly number[],
): OpAttribute[] {
  const info = tf.backend_util.computeConv2DInfo(
    inputShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    call.attr<number | [number, number]>("strides"),
    call.attr<number | [number, number] | undefined>("dilations") ?? 1,
    call.attr<"same" | "valid" | number>("pad"),
    call.attr<"floor" | "round" | "ceil" | undefined>("dimRoundingMode"),
    false,
    tf.backend_util.convertConv2DDataFormat(call.attr<"NHWC" | "NCHW">("dataFormat") ?? "NHWC"),
  );
  return [
    typeAttribute("T", DATA_TYPES.TF_FLOAT),
    intAttribute("dilations", [1, info.dilationHeight, info.dilationWidth, 1]),
    ...windowAttributes(info),
  ];
}
