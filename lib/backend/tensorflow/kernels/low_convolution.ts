/** Convolution, bias, residual and ReLU of bfloat16 in one op of oneDNN's. */

import type * as tf from "@tensorflow/tfjs";
import { convolvesLow } from "../check_low_convolution.ts";
import type { TensorflowBinding } from "../eager/binding.ts";
import { type OpAttribute, stringAttribute, typeListAttribute } from "../library/attributes.ts";
import { DATA_TYPES } from "../library/codes.ts";
import { convAttributes } from "./conv_info.ts";
import { endingAttributes } from "./ending.ts";
import type { KernelCall } from "./kernel_call.ts";
import type { Window } from "./window.ts";

/**
 * What TensorFlow's pass over graphs makes of `_FusedConv2D`, which itself knows no bfloat16. As ops of their own, ReLU and the sum took
 * longer than the convolutions: TensorFlow has no fast ones for bfloat16.
 */
export const LOW_CONVOLUTION = "_MklNativeFusedConv2D";
/** What tells its kernels from those of oneDNN's own layouts. Source: `mkl_op_registry` in `tensorflow/core/graph/mkl_graph_util.h`. */
const KERNEL_LABEL = stringAttribute("_kernel", "MklNameChangeOp");

/** What the op does after the convolution and the bias. */
export interface LowConvolutionEnd {
  readonly hasAddend: boolean;
  readonly hasRelu: boolean;
}

/** Attributes of the op beside those of the convolution. */
export function lowConvolutionAttributes(
  binding: TensorflowBinding,
  { hasAddend, hasRelu }: LowConvolutionEnd,
): OpAttribute[] {
  const types = Array<number>(hasAddend ? 2 : 1).fill(DATA_TYPES.TF_FLOAT);
  return [
    ...endingAttributes(hasRelu ? "Relu" : null, hasAddend),
    ...(binding.hasAttribute(LOW_CONVOLUTION, "TArgs") ? [typeListAttribute("TArgs", types)] : []),
    KERNEL_LABEL,
  ];
}

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
