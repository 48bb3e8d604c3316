/** The op of oneDNN's that convolves in bfloat16 and adds and clips while it is at it. */

import type { TensorflowBinding } from "../eager/binding.ts";
import { type OpAttribute, stringAttribute, typeListAttribute } from "../library/attributes.ts";
import { DATA_TYPES } from "../library/codes.ts";
import { endingAttributes } from "./ending.ts";

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
