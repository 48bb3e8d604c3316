/** Kernels `MaxPool` and `MaxPoolGrad`, with any padding. */

import * as tf from "@tensorflow/tfjs";
import { intAttribute, type OpAttribute, typeAttribute } from "../attributes.ts";
import { DATA_TYPES } from "../codes.ts";
import { type KernelCall, registerTensorflowKernel } from "./kernel_call.ts";
import { windowAttributes } from "./window.ts";

/** Registers `MaxPool`: input x [B, H, W, C]; output [B, H', W', C]. */
export function registerMaxPool(): void {
  registerTensorflowKernel(tf.MaxPool, (call) => {
    const x = call.input("x");
    return call.runOne("MaxPool", poolAttributes(call, x.shape), call.ids(x));
  });
}

/** Registers `MaxPoolGrad`: inputs input [B, H, W, C], output and dy [B, H', W', C]; output [B, H, W, C]. */
export function registerMaxPoolGrad(): void {
  registerTensorflowKernel(tf.MaxPoolGrad, (call) => {
    const [input, output, dy] = [call.input("input"), call.input("output"), call.input("dy")];
    const attributes = poolAttributes(call, input.shape);
    return call.runOne("MaxPoolGrad", attributes, call.ids(input, output, dy));
  });
}

function poolAttributes(call: KernelCall, inputShape: readonly number[]): OpAttribute[] {
  const info = tf.backend_util.computePool2DInfo(
    inputShape as [number, number, number, number],
    call.attr<number | [number, number]>("filterSize"),
    call.attr<number | [number, number]>("strides"),
    1,
    call.attr<"same" | "valid" | number>("pad"),
    call.attr<"floor" | "round" | "ceil" | undefined>("dimRoundingMode"),
  );
  return [
    typeAttribute("T", DATA_TYPES.TF_FLOAT),
    intAttribute("ksize", [1, info.filterHeight, info.filterWidth, 1]),
    ...windowAttributes(info),
  ];
}
