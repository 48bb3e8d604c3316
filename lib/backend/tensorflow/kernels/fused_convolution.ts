/** Convolution, bias, residual and ReLU in one op of oneDNN's. */

import type * as tf from "@tensorflow/tfjs";
import { addsInConvolution } from "../check_fused_convolution.ts";
import { convAttributes } from "./conv_info.ts";
import {
  FUSED_CONVOLUTION,
  type FusedConvolution,
  fusedConvolutionAttributes,
  LOW_CONVOLUTION,
} from "./fused_convolution_op.ts";
import type { KernelCall } from "./kernel_call.ts";
import type { Window } from "./window.ts";

/** The op that takes all inputs of a call, its residual too; `null` if there is none. */
export function findFusedConvolution(call: KernelCall): FusedConvolution | null {
  const { choices, backend: { binding } } = call;
  const isLow = binding.isLowPrecision(call.ids(call.input("x")));
  const isThere = isLow ? choices.hasLowConvolution : choices.hasFusedConvolution;
  const op = isLow ? LOW_CONVOLUTION : FUSED_CONVOLUTION;
  if (!isThere) return null;
  const isPlain = !isLow && !call.maybeInput("residual"); // any oneDNN has that, outside of functions too
  return isPlain || (binding.isTracing() && addsInConvolution(binding, op)) ? op : null;
}

/** max(0, x * filter + bias + residual), with what is given of these. The caller disposes it. */
export function convolveFused(
  call: KernelCall,
  op: FusedConvolution,
  window: Window,
  hasRelu: boolean,
  residual?: tf.TensorInfo,
): tf.Tensor {
  const inputs = [call.input("x"), call.input("filter"), call.input("bias")];
  const end = { hasAddend: residual !== undefined, hasRelu };
  const attributes = [
    ...convAttributes(window),
    ...fusedConvolutionAttributes(call.backend.binding, op, end),
  ];
  return call.runOne(op, attributes, call.ids(...inputs, ...(residual ? [residual] : [])));
}
