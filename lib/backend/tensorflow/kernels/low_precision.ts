/** Kernels `EnterLowPrecision` and `LeaveLowPrecision`: where compiled functions compute in bfloat16. */

import { ENTER_LOW_PRECISION, LEAVE_LOW_PRECISION } from "../../ops/low_precision.ts";
import { registerTensorflowKernel } from "./kernel_call.ts";

/** Registers both: input x; output of its shape. */
export function registerLowPrecision(): void {
  registerTensorflowKernel(ENTER_LOW_PRECISION, (call) => {
    const [id] = call.ids(call.input("x")) as [number];
    return call.backend.createOutputTensor(call.backend.binding.enterLowPrecision(id));
  });
  registerTensorflowKernel(LEAVE_LOW_PRECISION, (call) => {
    const [id] = call.ids(call.input("x")) as [number];
    return call.backend.createOutputTensor(call.backend.binding.leaveLowPrecision(id));
  });
}
