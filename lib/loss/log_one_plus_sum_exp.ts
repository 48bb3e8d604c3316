/** Logarithms of sums of exponentials over some entries of a matrix, that neither overflow nor lose their gradient. */

import * as tf from "@tensorflow/tfjs";

/** Below every exponent; its exponential is 0 whatever it is shifted by. */
const EXCLUDED = -1e30;

/**
 * Soft counting of the kept entries along one axis:
 *
 *     y = log(1 + Σ_{keep} exp(x)) = m + log(exp(-m) + Σ_{keep} exp(x - m)),  m = max(0, max_{keep} x)
 *     dy/dx = exp(x - m) / (exp(-m) + Σ_{keep} exp(x - m))  where kept, else 0
 *
 * The 1 is an implicit zero among the exponents, so nothing kept gives 0. The gradient is written out: going through
 * the maximum, as tfjs's `logSumExp` does, subtracts equal numbers from each other and leaves rounding noise.
 *
 * @param x [B, C] exponents, of any magnitude.
 * @param keep [B, C] of type bool: the entries that count.
 * @param axis Axis that is summed: 0 leaves [C], 1 leaves [B].
 * @returns [C] or [B], at least 0, differentiable in x. The caller disposes it.
 */
export function logOnePlusSumExp(x: tf.Tensor2D, keep: tf.Tensor2D, axis: 0 | 1): tf.Tensor1D {
  return shiftedLogSumExp(x, keep, axis, true);
}

/**
 * The same without the 1: y = log Σ_{keep} exp(x). At least one entry must be kept along the axis everywhere.
 *
 * @param x [B, C] exponents, of any magnitude.
 * @param keep [B, C] of type bool: the entries that count.
 * @param axis Axis that is summed: 0 leaves [C], 1 leaves [B].
 * @returns [C] or [B], differentiable in x. The caller disposes it.
 */
export function logSumExp(x: tf.Tensor2D, keep: tf.Tensor2D, axis: 0 | 1): tf.Tensor1D {
  return shiftedLogSumExp(x, keep, axis, false);
}

function shiftedLogSumExp(
  x: tf.Tensor2D,
  keep: tf.Tensor2D,
  axis: 0 | 1,
  hasImplicitZero: boolean,
): tf.Tensor1D {
  const forward = tf.customGrad((...args) => {
    const [exponents, save] = args as [tf.Tensor2D, tf.GradSaveFunc];
    const kept = tf.where(keep, exponents, tf.fill(exponents.shape, EXCLUDED)); // [B, C]
    const largest = tf.max(kept, axis, true); // [1, C] or [B, 1]
    const shift = hasImplicitZero ? tf.relu(largest) : largest;
    const terms = tf.exp(tf.sub(kept, shift)); // [B, C], each at most 1
    const others = tf.sum(terms, axis, true);
    const sum = hasImplicitZero ? tf.add(others, tf.exp(tf.neg(shift))) : others;
    save([tf.div(terms, sum)]);
    return {
      value: tf.squeeze(tf.add(shift, tf.log(sum)), [axis]) as tf.Tensor1D,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.mul(saved[0]!, tf.expandDims(dy, axis)),
    };
  });
  return tf.tidy(() => forward(x) as tf.Tensor1D);
}
