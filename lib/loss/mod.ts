/**
 * Losses: from embeddings [B, D], proxies [C, D] and labels to a scalar with gradients. They need tfjs alone and no permission,
 * and run in a browser.
 *
 * @module
 */

export type { Scalar, Tensor2D } from "../tensor.ts";
export { type BatchLabels, maskOwnClass } from "./labels.ts";
export { LOSS_NAMES, type LossConfig, type LossName } from "./loss.ts";
export { proxyAnLoss, type ProxyAnOptions } from "./proxy_an.ts";
export { proxyAnchorLoss, type ProxyAnchorOptions } from "./proxy_anchor.ts";
export { proxyNcaLoss } from "./proxy_nca.ts";
export { computeLoss } from "./compute_loss.ts";
