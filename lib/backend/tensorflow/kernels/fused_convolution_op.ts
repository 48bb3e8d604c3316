/** The ops of oneDNN's that convolve, and add and clip while they are at it. */

import type { TensorflowBinding } from "../eager/binding.ts";
import { type OpAttribute, stringAttribute, typeListAttribute } from "../library/attributes.ts";
import { DATA_TYPES } from "../library/codes.ts";
import { endingAttributes } from "./ending.ts";

/** Of float32. TensorFlow's pass over graphs gives it to oneDNN; run at once, it adds no tensor of the result's shape. */
export const FUSED_CONVOLUTION = "_FusedConv2D";
/**
 * Of bfloat16, which the other knows not: what the pass makes of it. As ops of their own, ReLU and the sum took longer than the
 * convolutions: TensorFlow has no fast ones for bfloat16.
 */
export const LOW_CONVOLUTION = "_MklNativeFusedConv2D";
/** What tells its kernels from those of oneDNN's own layouts. Source: `mkl_op_registry` in `tensorflow/core/graph/mkl_graph_util.h`. */
const KERNEL_LABEL = stringAttribute("_kernel", "MklNameChangeOp");

/** Either of them. */
export type FusedConvolution = typeof FUSED_CONVOLUTION | typeof LOW_CONVOLUTION;

/** What the op does after the convolution and the bias. */
export interface FusedConvolutionEnd {
  readonly hasAddend: boolean;
  readonly hasRelu: boolean;
}

/** Attributes of an op beside those of the convolution. */
export function fusedConvolutionAttributes(
  binding: TensorflowBinding,
  op: FusedConvolution,
  { hasAddend, hasRelu }: FusedConvolutionEnd,
): OpAttribute[] {
  const types = Array<number>(hasAddend ? 2 : 1).fill(DATA_TYPES.TF_FLOAT);
  return [
    ...endingAttributes(hasRelu ? "Relu" : null, hasAddend),
    ...(binding.hasAttribute(op, "TArgs") ? [typeListAttribute("TArgs", types)] : []), // since about TensorFlow 2.12
    ...(op === LOW_CONVOLUTION ? [KERNEL_LABEL] : []),
  ];
}
