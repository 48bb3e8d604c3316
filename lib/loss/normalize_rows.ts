/** Rows of unit length. */

import * as tf from "@tensorflow/tfjs";

/** Added to the squared length, inside the root, so that a row of zeros stays zero and has a finite gradient. */
const SQUARED_LENGTH_FLOOR = 1e-12;

/**
 * Scales every row to unit length:
 *
 *     u = v / sqrt(Σ v² + 1e-12)
 *
 * Source: METHOD, as the authors' code does it; the constant is inside the root, where
 * `torch.nn.functional.normalize` has a maximum outside. In float32 both lose a row longer than 1e19: its square is infinite, and
 * the row comes out as zeros.
 *
 * @param rows [N, D], of any length up to 1e19.
 * @returns [N, D]; a row of zeros stays zero. The caller disposes it.
 */
export function normalizeRows(rows: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => {
    const squaredLength = tf.sum(tf.square(rows), 1, true); // [N, 1]
    return tf.div(rows, tf.sqrt(tf.add(squaredLength, SQUARED_LENGTH_FLOOR)));
  });
}
