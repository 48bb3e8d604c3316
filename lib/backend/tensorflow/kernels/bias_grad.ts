/** Kernel `BiasGrad`: the sum over all axes but the last. */

import { BIAS_GRAD } from "../../ops/conv2d_bias_relu.ts";
import { stringAttribute, typeAttribute } from "../library/attributes.ts";
import { DATA_TYPES } from "../library/codes.ts";
import { registerTensorflowKernel } from "./kernel_call.ts";

/** Registers the kernel: input dy [..., C]; output [C]. */
export function registerBiasGrad(): void {
  const attributes = [
    typeAttribute("T", DATA_TYPES.TF_FLOAT),
    stringAttribute("data_format", "NHWC"),
  ];
  registerTensorflowKernel(
    BIAS_GRAD,
    (call) => call.runOne("BiasAddGrad", attributes, call.ids(call.input("dy"))),
  );
}
