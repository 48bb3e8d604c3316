/** The loss that a configuration names. */

import type { BatchLabels } from "./labels.ts";
import type { LossConfig } from "./loss.ts";
import { proxyAnLoss } from "./proxy_an.ts";
import { proxyAnchorLoss } from "./proxy_anchor.ts";
import { proxyNcaLoss } from "./proxy_nca.ts";
import type { Scalar, Tensor2D } from "../tensor.ts";

/**
 * Computes the configured loss of one batch.
 *
 * @param config Name and hyperparameters; `proxy_nca` has none.
 * @param embeddings [B, D] raw rows.
 * @param proxies [C, D] raw rows, one per training class.
 * @param labels B class indices, each in [0, C), or their mask [B, C].
 * @returns Scalar, differentiable in embeddings and proxies. The caller disposes it.
 * @throws {RangeError} If a label is outside [0, C), sizes disagree, or alpha is not above 0.
 */
export function computeLoss(
  config: LossConfig,
  embeddings: Tensor2D,
  proxies: Tensor2D,
  labels: BatchLabels,
): Scalar {
  switch (config.name) {
    case "proxy_an":
      return proxyAnLoss(embeddings, proxies, labels, config);
    case "proxy_anchor":
      return proxyAnchorLoss(embeddings, proxies, labels, config);
    case "proxy_nca":
      return proxyNcaLoss(embeddings, proxies, labels);
  }
}
