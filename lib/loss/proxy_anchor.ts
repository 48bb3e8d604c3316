/** Proxy-Anchor: positives and negatives pooled per proxy. */

import * as tf from "@tensorflow/tfjs";
import { cosineSimilarities } from "./cosine_similarities.ts";
import { type BatchLabels, checkBatch, maskOwnClass } from "./labels.ts";
import { logOnePlusSumExp } from "./log_one_plus_sum_exp.ts";
import { type ProxyLossDefinition, resolveParameters } from "./loss_definition.ts";
import { pullToProxies } from "./pull_to_proxies.ts";
import { SCALE_AND_MARGIN } from "./scale_and_margin.ts";
import type { Scalar, Tensor2D } from "../tensor.ts";

/** Hyperparameters of {@linkcode proxyAnchorLoss}. */
export interface ProxyAnchorOptions {
  /** Margin δ in cosine units, from 0 to 1. @default {0.1} */
  readonly margin?: number;
  /** Scale α of the exponent, above 0. @default {32} */
  readonly alpha?: number;
}

/**
 * Proxy-Anchor loss of one batch. With s the cosine similarity, y the labels, P the classes present in the batch:
 *
 *     1/|P| Σ_{c∈P} log(1 + Σ_{i: y_i = c} exp(-α (s_ic - δ)))
 *   + 1/C   Σ_c     log(1 + Σ_{i: y_i ≠ c} exp( α (s_ic + δ)))
 *
 * Source: Kim et al., "Proxy Anchor Loss for Deep Metric Learning", CVPR 2020, arXiv:2003.13911, equation 4.
 *
 * @param embeddings [B, D] raw rows of float32, normalized here: up to a length of 1e19, beyond which they count as zeros.
 * @param proxies [C, D] raw rows, one per training class, normalized here.
 * @param labels B class indices, each in [0, C), or their mask [B, C].
 * @param options Margin and scale.
 * @returns Scalar, at least 0, differentiable in embeddings and proxies. The caller disposes it.
 * @throws {RangeError} If a label is outside [0, C), sizes disagree, or an option is outside its range.
 */
export function proxyAnchorLoss(
  embeddings: Tensor2D,
  proxies: Tensor2D,
  labels: BatchLabels,
  options: ProxyAnchorOptions = {},
): Scalar {
  const { margin, alpha } = resolveParameters(SCALE_AND_MARGIN, options);
  checkBatch(embeddings, proxies, labels);
  return tf.tidy(() => {
    const cosine = cosineSimilarities(embeddings, proxies); // [B, C]
    const isOwn = maskOwnClass(labels, proxies.shape[0]); // [B, C]
    const exponents = tf.mul(tf.add(cosine, margin), alpha) as Tensor2D; // [B, C]
    const perProxy = logOnePlusSumExp(exponents, tf.logicalNot(isOwn), 0); // [C]
    return tf.add(pullToProxies(cosine, isOwn, { margin, alpha }), tf.mean(perProxy));
  });
}

/** Proxy-Anchor as the losses' list has it. */
export const PROXY_ANCHOR: ProxyLossDefinition<"proxy_anchor", "alpha" | "margin"> = {
  name: "proxy_anchor",
  title: "Proxy-Anchor",
  parameters: SCALE_AND_MARGIN,
  takesProxies: true,
  compute: proxyAnchorLoss,
};
