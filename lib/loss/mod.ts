/**
 * Losses: from embeddings [B, D], proxies [C, D] where they take them, and labels to a scalar with gradients. They need tfjs alone and no permission,
 * and run in a browser.
 *
 * @module
 */

export type { Scalar, Tensor2D } from "../tensor.ts";
export { type BatchLabels, maskOwnClass } from "./labels.ts";
export type { NumberRange } from "../number_range.ts";
export type {
  LossDefinition,
  LossParameter,
  LossTraits,
  PairLossDefinition,
  ProxyLossDefinition,
} from "./loss_definition.ts";
export {
  configureLoss,
  findLoss,
  LOSS_NAMES,
  LOSS_PARAMETERS,
  type LossConfig,
  type LossConfigOf,
  LOSSES,
  type LossName,
  type LossParameterName,
} from "./losses.ts";
export { multiSimilarityLoss, type MultiSimilarityOptions } from "./multi_similarity.ts";
export { proxyAnLoss, type ProxyAnOptions } from "./proxy_an.ts";
export { proxyAnchorLoss, type ProxyAnchorOptions } from "./proxy_anchor.ts";
export { proxyNcaLoss } from "./proxy_nca.ts";
export { computeLoss } from "./compute_loss.ts";
