/** The sum over all axes but the last: what comes back to what was added to every row. */

import * as tf from "@tensorflow/tfjs";
import { runKernel } from "./run_kernel.ts";

/** Kernel: input x [..., C]; output its sum over all axes but the last, [C]. */
export const SUM_ROWS = "SumRows";

/**
 * Σ over all axes but the last.
 *
 * @param x [..., C]
 * @returns [C]. The caller disposes it.
 */
export function sumRows(x: tf.Tensor): tf.Tensor {
  return runKernel(SUM_ROWS, { x }, {}, composeSumRows)[0]!;
}

/** The kernel of tfjs's ops. */
export function composeSumRows({ x }: Record<string, tf.Tensor>): tf.Tensor[] {
  return [tf.sum(x!, Array.from({ length: x!.rank - 1 }, (_, axis) => axis))];
}
