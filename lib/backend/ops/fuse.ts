/** Several tfjs ops as one, where a backend can make one of them. */

import type * as tf from "@tensorflow/tfjs";
import { runKernel } from "./run_kernel.ts";

/** Kernel: inputs 0, 1, ...; attributes are {@linkcode FusedOps}; outputs of the body. */
export const FUSED = "Fused";

/** Ops on tensors, without side effects: the same for the same shapes. What it allocates on the way may stay. */
export type FusedBody = (inputs: tf.Tensor[]) => tf.Tensor[];

/** What is fused. */
export interface FusedOps {
  /** Names all that the body does, numbers that it has from elsewhere included: a backend may keep what it made of it. */
  readonly name: string;
  readonly body: FusedBody;
  /**
   * Whether its outputs go into products, which round them to the precision of their region: they may be rounded here already.
   *
   * @default false
   */
  readonly isMultiplied?: boolean;
  /**
   * Whether one pass is worth it in low precision alone, for the casts that it saves.
   *
   * @default false
   */
  readonly savesCasts?: boolean;
}

/**
 * Runs ops that go value by value, or row by row, as one if the backend can: it need not write and read what lies between. Not
 * differentiable: meant for what stands within `tf.customGrad`, and for updates.
 *
 * @returns The outputs of the body; the caller disposes them.
 */
export function fuse(ops: FusedOps, inputs: readonly tf.Tensor[]): tf.Tensor[] {
  const named = Object.fromEntries(inputs.map((input, i) => [i, input]));
  return runKernel(FUSED, named, { ...ops }, composeFused);
}

function composeFused(
  inputs: Record<string, tf.Tensor>,
  attrs: Record<string, unknown>,
): tf.Tensor[] {
  return (attrs as unknown as FusedOps).body(Object.values(inputs));
}
