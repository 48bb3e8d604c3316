/** Kernels `LinearGelu` and `ScaledLayerNorm`: oneDNN has each as one op, in compiled functions alone. */

import * as tf from "@tensorflow/tfjs";
import { composeScaledLayerNorm, SCALED_LAYER_NORM } from "../../ops/scaled_layer_norm.ts";
import { composeLinearGelu, LINEAR_GELU } from "../../ops/linear_gelu.ts";
import { boolAttribute, floatAttribute, typeAttribute } from "../library/attributes.ts";
import { DATA_TYPES } from "../library/codes.ts";
import { endingAttributes } from "./ending.ts";
import { type KernelCall, registerTensorflowKernel } from "./kernel_call.ts";

const T = typeAttribute("T", DATA_TYPES.TF_FLOAT);

/** Of `_FusedMatMul`, for x and weight [O, I]. */
const LINEAR_GELU_ATTRIBUTES = [
  T,
  boolAttribute("transpose_a", false),
  boolAttribute("transpose_b", true),
  ...endingAttributes("GeluExact"),
];

/**
 * Registers both; see the ops.
 *
 * Source of the ops: `mkl_matmul_op_fused.cc` and `mkl_layer_norm_op.cc` in `tensorflow/core/kernels/mkl`. TensorFlow's pass over
 * graphs gives `_FusedMatMul` to oneDNN; run at once, it knows no GELU.
 */
export function registerFusedLayers(): void {
  registerTensorflowKernel(LINEAR_GELU, (call) => {
    const inputs = tensorsOf(call, ["x", "weight", "bias"]);
    if (!isFused(call)) return tf.tidy(() => composeLinearGelu(inputs));
    return call.runOne("_FusedMatMul", LINEAR_GELU_ATTRIBUTES, call.ids(...Object.values(inputs)));
  });
  registerTensorflowKernel(SCALED_LAYER_NORM, (call) => {
    const inputs = tensorsOf(call, ["x", "scale", "shift"]);
    if (call.attr("isRecorded") || !isFused(call)) {
      return tf.tidy(() => composeScaledLayerNorm(inputs, call.attrs));
    }
    const { shape } = call.input("x");
    const rows = call.reshape(call.input("x"), [-1, shape.at(-1)!]);
    const attributes = [T, floatAttribute("epsilon", call.attr("epsilon"))];
    const ids = call.ids(rows, call.input("scale"), call.input("shift"));
    const normalized = call.runOne("_MklLayerNorm", attributes, ids);
    const result = call.reshape(normalized, shape);
    rows.dispose();
    normalized.dispose();
    return result;
  });
}

function isFused({ choices, backend }: KernelCall): boolean {
  return choices.hasFusedLayers && backend.binding.isTracing();
}

function tensorsOf(call: KernelCall, names: readonly string[]): Record<string, tf.Tensor> {
  return Object.fromEntries(names.map((name) => [name, call.input(name) as tf.Tensor]));
}
