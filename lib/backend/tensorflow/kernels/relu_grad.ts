/** Kernel `ReluGrad`: one op in place of a step and a product. */

import type * as tf from "@tensorflow/tfjs";
import type { FusedOps } from "../../ops/fuse.ts";
import { RELU_GRAD } from "../../ops/relu.ts";
import { typeAttribute } from "../library/attributes.ts";
import { DATA_TYPES } from "../library/codes.ts";
import { runFused } from "./fused.ts";
import { registerTensorflowKernel } from "./kernel_call.ts";

const T = typeAttribute("T", DATA_TYPES.TF_FLOAT);

/** Registers the kernel: inputs dy, y of one shape; output dy where y > 0, else 0. In bfloat16 TensorFlow's own op is slow, XLA's is not. */
export function registerReluGrad(): void {
  registerTensorflowKernel(RELU_GRAD, (call) => {
    const ops: FusedOps = {
      name: "relu_gradient",
      body: ([dy, y]) => [call.runOne("ReluGrad", [T], call.ids(dy!, y!))],
      isMultiplied: true,
      savesCasts: true,
    };
    return runFused(call, ops, [call.input("dy"), call.input("y")] as tf.Tensor[]);
  });
}
