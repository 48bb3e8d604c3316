/** Kernels tfjs's `Softmax` and `SoftmaxGradient` where compiled functions compute in bfloat16. */

import * as tf from "@tensorflow/tfjs";
import { FUSED_SOFTMAX_GRADIENT, SOFTMAX_GRADIENT } from "../../ops/softmax.ts";
import { sumsSoftmaxInFloat32 } from "../check_softmax.ts";
import { typeAttribute } from "../library/attributes.ts";
import { DATA_TYPES } from "../library/codes.ts";
import { runFused } from "./fused.ts";
import { type KernelCall, registerTensorflowKernel } from "./kernel_call.ts";

const T = typeAttribute("T", DATA_TYPES.TF_FLOAT);

/**
 * Registers both: in place of tfjs-node's, and of tfjs's ops. In float32 the gradient is faster op by op: by XLA a step of DeiT-S took
 * 1.08 of the time, in bfloat16, where there are casts to save, 0.95.
 */
export function registerLowSoftmax(): void {
  registerTensorflowKernel(
    tf.Softmax,
    (call) => call.runOne("Softmax", [T], [findLogits(call)]),
  );
  registerTensorflowKernel(
    SOFTMAX_GRADIENT,
    (call) => runFused(call, FUSED_SOFTMAX_GRADIENT, [call.input("y"), call.input("dy")]),
  );
}

/** In float32, where softmax of bfloat16 would sum in bfloat16. */
function findLogits(call: KernelCall): number {
  const { binding } = call.backend;
  const [id] = call.ids(call.input("logits")) as [number];
  if (!binding.isTracing() || sumsSoftmaxInFloat32(binding)) return id;
  return binding.leaveLowPrecision(id).id;
}
