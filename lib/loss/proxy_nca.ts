/** Proxy-NCA: squared distances, the own proxy against all others. */

import * as tf from "@tensorflow/tfjs";
import { type BatchLabels, checkBatch, maskOwnClass } from "./labels.ts";
import { logSumExp } from "./log_one_plus_sum_exp.ts";
import type { ProxyLossDefinition } from "./loss_definition.ts";
import { normalizeRows } from "./normalize_rows.ts";
import type { Scalar, Tensor2D } from "../tensor.ts";

/** Length that embeddings and proxies are scaled to. */
const ROW_LENGTH = 3;

/**
 * Proxy-NCA loss of one batch. With rows x_i and p_c of length 3 and d_ic = ||x_i - p_c||²:
 *
 *     1/B Σ_i ( d_{i,y_i} + log Σ_{c ≠ y_i} exp(-d_ic) )
 *
 * It may be negative. Distances come from |x|² + |p|² - 2 x·p, so memory grows with B·C and not with B·C·D.
 *
 * Source: Movshovitz-Attias et al., "No Fuss Distance Metric Learning using Proxies", ICCV 2017, arXiv:1703.07464,
 * equation 4: as there, the positive is not in the denominator.
 *
 * @param embeddings [B, D] raw rows of float32, normalized here: up to a length of 1e19, beyond which they count as zeros.
 * @param proxies [C, D] raw rows, one per training class, normalized here.
 * @param labels B class indices, each in [0, C), or their mask [B, C].
 * @returns Scalar, differentiable in embeddings and proxies. The caller disposes it.
 * @throws {RangeError} If a label is outside [0, C), sizes disagree, or there is no other class to push from.
 */
export function proxyNcaLoss(
  embeddings: Tensor2D,
  proxies: Tensor2D,
  labels: BatchLabels,
): Scalar {
  checkBatch(embeddings, proxies, labels);
  const classCount = proxies.shape[0];
  if (classCount < 2) {
    throw new RangeError(
      `Cannot compute loss as proxy_nca must have at least 2 proxies: it is ${classCount}`,
    );
  }
  return tf.tidy(() => {
    const distances = squaredDistances(normalizeRows(embeddings), normalizeRows(proxies)); // [B, C]
    const isOwn = maskOwnClass(labels, classCount); // [B, C]
    const toOwn = tf.sum(tf.mul(distances, tf.cast(isOwn, "float32")), 1); // [B]
    const fromOthers = logSumExp(tf.neg(distances), tf.logicalNot(isOwn), 1); // [B]
    return tf.mean(tf.add(toOwn, fromOthers));
  });
}

/** Proxy-NCA as the losses' list has it. */
export const PROXY_NCA: ProxyLossDefinition<"proxy_nca", never> = {
  name: "proxy_nca",
  title: "Proxy-NCA",
  parameters: [],
  takesProxies: true,
  compute: proxyNcaLoss,
};

/** 9 (|u|² + |v|² - 2 u·v) of all pairs: [B, D], [C, D] -> [B, C]. */
function squaredDistances(u: Tensor2D, v: Tensor2D): Tensor2D {
  const squaredU = tf.sum(tf.square(u), 1, true); // [B, 1]
  const squaredV = tf.expandDims(tf.sum(tf.square(v), 1), 0); // [1, C]
  const product = tf.matMul(u, v, false, true); // [B, C]
  return tf.mul(tf.sub(tf.add(squaredU, squaredV), tf.mul(product, 2)), ROW_LENGTH ** 2);
}
