/** What a network stores: one entry per tensor, with PyTorch's name and layout, from which a store is created. */

import type { Initializer } from "./initializer.ts";

/**
 * What a tensor is for, which decides its layout on the backend and whether it learns.
 *
 * `conv`: filters, [O, I, H, W] in PyTorch and [H, W, I, O] on the backend. `linear`: [out, in] in both. `vector`: biases,
 * scales and shifts. `token`: learned tokens and position embeddings. `running_mean`, `running_var`: batch statistics,
 * which do not learn.
 */
export type TensorRole = "conv" | "linear" | "vector" | "token" | "running_mean" | "running_var";

/** One tensor of a network. */
export interface TensorSpec {
  /** PyTorch's name, such as `layer1.0.conv1.weight`. */
  readonly name: string;
  /** Shape in PyTorch's layout. */
  readonly shape: readonly number[];
  /** What the tensor is; decides layout and whether it learns. */
  readonly role: TensorRole;
  /** How its first values are drawn. */
  readonly init: Initializer;
}

/** Whether gradients reach tensors of this role. */
export function isParameter(spec: TensorSpec): boolean {
  return spec.role !== "running_mean" && spec.role !== "running_var";
}
