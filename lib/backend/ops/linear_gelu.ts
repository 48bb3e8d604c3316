/** A linear layer and the Gaussian error linear unit after it as one op, where no gradient is asked for. */

import * as tf from "@tensorflow/tfjs";
import { fuse, type FusedOps } from "./fuse.ts";
import { composeGelu } from "./gelu.ts";
import { runKernel } from "./run_kernel.ts";

/** Kernel: inputs x [N, I], weight [O, I], bias [O]; output gelu(x Wᵀ + b) [N, O]. */
export const LINEAR_GELU = "LinearGelu";

/**
 * gelu(x Wᵀ + b), with gelu(y) = y · Φ(y). Not differentiable: nothing is kept.
 *
 * @param x [N, I]
 * @param weight [O, I]
 * @param bias [O]
 * @returns [N, O]. The caller disposes it.
 */
export function linearGelu(x: tf.Tensor2D, weight: tf.Tensor2D, bias: tf.Tensor1D): tf.Tensor2D {
  return runKernel(LINEAR_GELU, { x, weight, bias }, {}, composeLinearGelu)[0] as tf.Tensor2D;
}

/** The kernel of tfjs's ops. */
export function composeLinearGelu({ x, weight, bias }: Record<string, tf.Tensor>): tf.Tensor[] {
  const product = tf.matMul(x as tf.Tensor2D, weight as tf.Tensor2D, false, true);
  return fuse(BIAS_GELU, [product, bias!]);
}

const BIAS_GELU: FusedOps = {
  name: "bias_gelu",
  body: ([product, bias]) => [composeGelu(tf.add(product!, bias!))],
  isMultiplied: true,
};
