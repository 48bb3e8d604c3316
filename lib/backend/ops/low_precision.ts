/** The part of a network that a backend may compute in fewer bits. */

import * as tf from "@tensorflow/tfjs";

/** Kernel: input x; output the same values, rounded; the ops on it may be in low precision. Only a backend of such a precision has it. */
export const ENTER_LOW_PRECISION = "EnterLowPrecision";
/** Kernel: input x; output the same in float32, as the ops on it are. */
export const LEAVE_LOW_PRECISION = "LeaveLowPrecision";

/**
 * Computes `fn(x)`, in low precision where the current backend has been opened with one: its products and what is between them, and
 * those of its gradient. Weights stay float32, and so do their gradients.
 *
 * @returns The result of `fn`. Call it within a `tf.tidy`.
 */
export function inLowPrecision<X extends tf.Tensor, Y extends tf.Tensor>(
  x: X,
  fn: (x: X) => Y,
): Y {
  if (!tf.getKernel(ENTER_LOW_PRECISION, tf.getBackend())) return fn(x);
  return run(LEAVE_LOW_PRECISION, fn(run(ENTER_LOW_PRECISION, x)));
}

function run<T extends tf.Tensor>(kernel: string, x: T): T {
  return tf.engine().runKernel(kernel, { x }) as tf.Tensor as T;
}

tf.registerGradient({
  kernelName: ENTER_LOW_PRECISION,
  gradFunc: (dy) => ({ x: () => run(LEAVE_LOW_PRECISION, dy as tf.Tensor) }),
});
tf.registerGradient({
  kernelName: LEAVE_LOW_PRECISION,
  gradFunc: (dy) => ({ x: () => run(ENTER_LOW_PRECISION, dy as tf.Tensor) }),
});
