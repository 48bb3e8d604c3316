/** Kernel `ReluGrad`: one op in place of a step and a product. */

import { RELU_GRAD } from "../../ops/relu.ts";
import { typeAttribute } from "../library/attributes.ts";
import { DATA_TYPES } from "../library/codes.ts";
import { registerTensorflowKernel } from "./kernel_call.ts";

/** Registers the kernel: inputs dy, y of one shape; output dy where y > 0, else 0. */
export function registerReluGrad(): void {
  registerTensorflowKernel(RELU_GRAD, (call) => {
    const ids = call.ids(call.input("dy"), call.input("y"));
    return call.runOne("ReluGrad", [typeAttribute("T", DATA_TYPES.TF_FLOAT)], ids);
  });
}
