/** Cosine similarity of all pairs of rows. */

import * as tf from "@tensorflow/tfjs";
import { normalizeRows } from "./normalize_rows.ts";

/**
 * Computes s_ic, the cosine of the angle between embedding i and proxy c.
 *
 * @param embeddings [B, D] raw rows.
 * @param proxies [C, D] raw rows.
 * @returns [B, C] in [-1, 1], but for rounding; 0 for a row of zeros. The caller disposes it.
 */
export function cosineSimilarities(embeddings: tf.Tensor2D, proxies: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => tf.matMul(normalizeRows(embeddings), normalizeRows(proxies), false, true));
}
