/** Proxy-AN: positives pooled per proxy, negatives pooled per sample. */

import * as tf from "@tensorflow/tfjs";
import { cosineSimilarities } from "./cosine_similarities.ts";
import { type BatchLabels, checkBatch, maskOwnClass } from "./labels.ts";
import { logOnePlusSumExp } from "./log_one_plus_sum_exp.ts";
import { type ProxyLossDefinition, resolveParameters } from "./loss_definition.ts";
import { pullToProxies } from "./pull_to_proxies.ts";
import { SCALE_AND_MARGIN } from "./scale_and_margin.ts";
import type { Scalar, Tensor2D } from "../tensor.ts";

/** Hyperparameters of {@linkcode proxyAnLoss}. */
export interface ProxyAnOptions {
  /** Margin δ in cosine units, from 0 to 1. @default {0.1} */
  readonly margin?: number;
  /** Scale α of the exponent, above 0; larger values focus on harder pairs. @default {32} */
  readonly alpha?: number;
}

/**
 * Proxy-AN loss of one batch. With s the cosine similarity, y the labels, P the classes present in the batch:
 *
 *     1/|P| Σ_{c∈P} log(1 + Σ_{i: y_i = c} exp(-α (s_ic - δ)))
 *   + 1/B   Σ_i     log(1 + Σ_{c ≠ y_i}    exp( α (s_ic + δ)))
 *
 * Source: Peng et al., "Proxy-AN Loss for Deep Metric Learning", Neural Networks 195 (2026) 108254,
 * doi:10.1016/j.neunet.2025.108254. Difference from {@linkcode proxyAnchorLoss}: negatives are pooled per sample.
 *
 * @param embeddings [B, D] raw rows of float32, normalized here: up to a length of 1e19, beyond which they count as zeros.
 * @param proxies [C, D] raw rows, one per training class, normalized here.
 * @param labels B class indices, each in [0, C), or their mask [B, C].
 * @param options Margin and scale.
 * @returns Scalar, at least 0, differentiable in embeddings and proxies. The caller disposes it.
 * @throws {RangeError} If a label is outside [0, C), sizes disagree, or an option is outside its range.
 */
export function proxyAnLoss(
  embeddings: Tensor2D,
  proxies: Tensor2D,
  labels: BatchLabels,
  options: ProxyAnOptions = {},
): Scalar {
  const { margin, alpha } = resolveParameters(SCALE_AND_MARGIN, options);
  checkBatch(embeddings, proxies, labels);
  return tf.tidy(() => {
    const cosine = cosineSimilarities(embeddings, proxies); // [B, C]
    const isOwn = maskOwnClass(labels, proxies.shape[0]); // [B, C]
    const exponents = tf.mul(tf.add(cosine, margin), alpha) as Tensor2D; // [B, C]
    const perSample = logOnePlusSumExp(exponents, tf.logicalNot(isOwn), 1); // [B]
    return tf.add(pullToProxies(cosine, isOwn, { margin, alpha }), tf.mean(perSample));
  });
}

/** Proxy-AN as the losses' list has it. */
export const PROXY_AN: ProxyLossDefinition<"proxy_an", "alpha" | "margin"> = {
  name: "proxy_an",
  title: "Proxy-AN",
  parameters: SCALE_AND_MARGIN,
  takesProxies: true,
  compute: proxyAnLoss,
};
