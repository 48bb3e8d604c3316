/** The positive term that Proxy-AN and Proxy-Anchor share. */

import * as tf from "@tensorflow/tfjs";
import { logOnePlusSumExp } from "./log_one_plus_sum_exp.ts";

/**
 * Pulls embeddings to the proxy of their class. With s the cosine similarity, P the classes present in the batch:
 *
 *     1/|P| Σ_{c∈P} log(1 + Σ_{i: y_i = c} exp(-α (s_ic - δ)))
 *
 * Source: Kim et al., "Proxy Anchor Loss for Deep Metric Learning", CVPR 2020, arXiv:2003.13911, equation 4.
 *
 * @param cosine [B, C]
 * @param isOwn [B, C] of type bool: where c is the class of i.
 * @param options Margin δ and scale α.
 * @returns Scalar, at least 0, differentiable in cosine. The caller disposes it.
 */
export function pullToProxies(
  cosine: tf.Tensor2D,
  isOwn: tf.Tensor2D,
  { margin, alpha }: { readonly margin: number; readonly alpha: number },
): tf.Scalar {
  return tf.tidy(() => {
    const exponents = tf.mul(tf.sub(cosine, margin), -alpha) as tf.Tensor2D; // [B, C]
    const perProxy = logOnePlusSumExp(exponents, isOwn, 0); // [C], 0 for a class that is absent
    const isPresent = tf.max(tf.cast(isOwn, "float32"), 0); // [C], 1 for a class of the batch
    return tf.div(tf.sum(perProxy), tf.sum(isPresent));
  });
}
