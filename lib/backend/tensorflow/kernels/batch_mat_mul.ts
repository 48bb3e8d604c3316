/** tfjs's kernel `BatchMatMul`: oneDNN multiplies two matrices faster by `MatMul`, in most shapes, than as a batch of one. */

import * as tf from "@tensorflow/tfjs";
import { boolAttribute, typeAttribute } from "../library/attributes.ts";
import { DATA_TYPES } from "../library/codes.ts";
import { type KernelCall, registerTensorflowKernel } from "./kernel_call.ts";

/** Registers it: a [..., M, K], b [..., K, N], each transposed or not; output [..., M, N]. */
export function registerBatchMatMul(): void {
  registerTensorflowKernel(tf.BatchMatMul, (call) => {
    const [a, b] = [call.input("a"), call.input("b")];
    const T = typeAttribute("T", a.dtype === "int32" ? DATA_TYPES.TF_INT32 : DATA_TYPES.TF_FLOAT);
    const [transposeA, transposeB] = [
      call.attr<boolean>("transposeA"),
      call.attr<boolean>("transposeB"),
    ];
    const [op, ofA, ofB] = isMatrixProduct(call)
      ? ["MatMul", "transpose_a", "transpose_b"] as const
      : ["BatchMatMulV2", "adj_x", "adj_y"] as const;
    const attributes = [T, boolAttribute(ofA, transposeA), boolAttribute(ofB, transposeB)];
    return call.runOne(op, attributes, call.ids(a, b));
  });
}

/** Whether `MatMul` takes it: two matrices, unless b is transposed and has more columns than rows, K and N. */
function isMatrixProduct(call: KernelCall): boolean {
  const [a, b] = [call.input("a"), call.input("b")];
  if (!call.choices.hasMatrixProducts || a.shape.length !== 2 || b.shape.length !== 2) return false;
  return !call.attr<boolean>("transposeB") || b.shape[1]! < b.shape[0]!;
}
