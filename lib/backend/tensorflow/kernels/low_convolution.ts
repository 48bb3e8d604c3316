/** Convolution, bias, residual and ReLU of bfloat16 in one op of oneDNN's. */

import type * as tf from "@tensorflow/tfjs";
import { convolvesLow } from "../check_low_convolution.ts";
import { convAttributes } from "./conv_info.ts";
import type { KernelCall } from "./kernel_call.ts";
import { LOW_CONVOLUTION, lowConvolutionAttributes } from "./low_convolution_op.ts";
import type { Window } from "./window.ts";

/** Whether the op takes the inputs of a call. */
export function canConvolveLow(call: KernelCall): boolean {
  const { choices, backend: { binding } } = call;
  return choices.hasLowConvolution && binding.isLowPrecision(call.ids(call.input("x"))) &&
    convolvesLow(binding);
}

/** max(0, x * filter + bias + residual), with what the call has of these. The caller disposes it. */
export function convolveLow(call: KernelCall, window: Window, hasRelu: boolean): tf.Tensor {
  const residual = call.maybeInput("residual");
  const inputs = [call.input("x"), call.input("filter"), call.input("bias")];
  const end = { hasAddend: residual !== undefined, hasRelu };
  const attributes = [
    ...convAttributes(window),
    ...lowConvolutionAttributes(call.backend.binding, end),
  ];
  const ids = call.ids(...inputs, ...(residual ? [residual] : []));
  return call.runOne(LOW_CONVOLUTION, attributes, ids);
}
