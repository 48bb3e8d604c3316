/** The loss that a configuration names. */

import type { BatchLabels } from "./labels.ts";
import type { LossDefinition } from "./loss_definition.ts";
import { findLoss, type LossConfig } from "./losses.ts";
import type { Scalar, Tensor2D } from "../tensor.ts";

/**
 * Computes the configured loss of one batch.
 *
 * @param config Name and values of the loss's own hyperparameters.
 * @param embeddings [B, D] raw rows.
 * @param proxies [C, D] raw rows, one per training class; `null` exactly where the loss takes none.
 * @param labels B class indices, each in [0, C), or their mask [B, C].
 * @returns Scalar, differentiable in embeddings and proxies. The caller disposes it.
 * @throws {RangeError} If a label is outside [0, C), sizes disagree, or a hyperparameter is outside its range.
 */
export function computeLoss(
  config: LossConfig,
  embeddings: Tensor2D,
  proxies: Tensor2D | null,
  labels: BatchLabels,
): Scalar {
  const { name, ...values } = config;
  const loss: LossDefinition = findLoss(name);
  if (loss.takesProxies !== (proxies !== null)) {
    throw new RangeError(
      `Cannot compute loss as ${name} must be given ${
        loss.takesProxies ? "" : "no "
      }proxies: it is given ${proxies ? "some" : "none"}`,
    );
  }
  return loss.takesProxies
    ? loss.compute(embeddings, proxies!, labels, values)
    : loss.compute(embeddings, labels, values);
}
