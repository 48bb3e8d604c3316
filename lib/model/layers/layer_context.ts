/** What every layer of a forward pass shares. */

import type { TensorStore } from "../tensor_store.ts";

/**
 * How batch norms normalize.
 *
 * `frozen`: with running statistics, which stay; scale and shift still learn. `train`: with the batch's statistics, and the
 * running ones move.
 */
export type BatchNormMode = "frozen" | "train";

/** One forward pass. */
export interface LayerContext {
  readonly tensors: TensorStore;
  readonly batchNorm: BatchNormMode;
  /** Share of the batch's statistics in the new running statistics; PyTorch's convention. */
  readonly momentum: number;
}
