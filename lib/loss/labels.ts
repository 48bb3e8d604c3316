/** Labels of a batch: checked, and as a mask over classes. */

import * as tf from "@tensorflow/tfjs";

/**
 * Checks that a batch, its proxies and its labels belong together.
 *
 * @param embeddings [B, D]
 * @param proxies [C, D]
 * @param labels B class indices.
 * @throws {RangeError} If B or C is 0, the columns differ, there are not B labels, or one is not a whole number in [0, C).
 */
export function checkBatch(
  embeddings: tf.Tensor2D,
  proxies: tf.Tensor2D,
  labels: readonly number[],
): void {
  const [batchSize, embeddingSize] = embeddings.shape;
  const [classCount, proxySize] = proxies.shape;
  if (batchSize === 0) fail("embeddings must have at least one row", "0 rows");
  if (classCount === 0) fail("proxies must have at least one row", "0 rows");
  if (proxySize !== embeddingSize) {
    fail(`proxies must have ${embeddingSize} columns, as the embeddings have`, `${proxySize}`);
  }
  if (labels.length !== batchSize) {
    fail(`labels must be ${batchSize}, one for each embedding`, `${labels.length}`);
  }
  const wrong = labels.findIndex((label) =>
    !Number.isInteger(label) || label < 0 || label >= classCount
  );
  if (wrong >= 0) {
    fail(`label ${wrong} must be a whole number in [0, ${classCount})`, `${labels[wrong]}`);
  }
}

/**
 * Checks margin and scale of a loss.
 *
 * @throws {RangeError} If alpha is not a finite number above 0, or margin is not finite.
 */
export function checkScale(margin: number, alpha: number): void {
  if (!(alpha > 0 && Number.isFinite(alpha))) {
    fail("alpha must be a finite number above 0", `${alpha}`);
  }
  if (!Number.isFinite(margin)) fail("margin must be a finite number", `${margin}`);
}

/**
 * Where an embedding belongs to a class.
 *
 * @param labels B class indices, each in [0, C).
 * @param classCount C.
 * @returns [B, C] of type bool, true at (i, labels[i]). The caller disposes it.
 */
export function maskOwnClass(labels: readonly number[], classCount: number): tf.Tensor2D {
  return tf.tidy(() => {
    const own = tf.tensor2d([...labels], [labels.length, 1], "int32"); // [B, 1]
    const classes = tf.range(0, classCount, 1, "int32"); // [C]
    return tf.equal(own, tf.expandDims(classes, 0)) as tf.Tensor2D; // [B, C]
  });
}

function fail(rule: string, value: string): never {
  throw new RangeError(`Cannot compute loss as ${rule}: it is ${value}`);
}
