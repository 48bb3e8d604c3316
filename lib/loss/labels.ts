/** Labels of a batch: checked, and as a mask over classes. */

import * as tf from "@tensorflow/tfjs";
import type { Tensor2D } from "../tensor.ts";

/** Labels of a batch: B class indices, each in [0, C), or the mask of {@linkcode maskOwnClass}. */
export type BatchLabels = readonly number[] | Tensor2D;

/**
 * Checks that a batch, its proxies and its labels belong together.
 *
 * @param embeddings [B, D]
 * @param proxies [C, D]
 * @param labels B class indices, or their mask [B, C].
 * @throws {RangeError} If embeddings or proxies are no filled float32 matrix, the columns differ, there are not B labels, or one is
 * not a whole number in [0, C).
 */
export function checkBatch(
  embeddings: tf.Tensor2D,
  proxies: tf.Tensor2D,
  labels: BatchLabels,
): void {
  checkMatrix("embeddings", embeddings);
  checkMatrix("proxies", proxies);
  const [batchSize, embeddingSize] = embeddings.shape;
  const [classCount, proxySize] = proxies.shape;
  if (proxySize !== embeddingSize) {
    fail(`proxies must have ${embeddingSize} columns, as the embeddings have`, `${proxySize}`);
  }
  if (labels instanceof tf.Tensor) return checkMask(labels, [batchSize, classCount]);
  checkLabels(labels, batchSize, classCount);
}

/**
 * Checks that a batch and its labels belong together, for losses without proxies.
 *
 * @param embeddings [B, D]
 * @param labels B class indices, or their mask [B, C].
 * @throws {RangeError} If embeddings are no filled float32 matrix, there are not B labels, or one is not a whole number from 0.
 */
export function checkPairBatch(embeddings: tf.Tensor2D, labels: BatchLabels): void {
  checkMatrix("embeddings", embeddings);
  const [batchSize] = embeddings.shape;
  if (labels instanceof tf.Tensor) return checkMask(labels, [batchSize, labels.shape[1]]);
  checkLabels(labels, batchSize, Infinity);
}

/**
 * Checks class indices.
 *
 * @throws {RangeError} If they are not one for each of the `batchSize` images, or one is outside [0, classCount).
 */
export function checkLabels(
  labels: readonly number[],
  batchSize: number,
  classCount: number,
): void {
  if (labels.length !== batchSize) {
    fail(`labels must be ${batchSize}, one for each embedding`, `${labels.length}`);
  }
  const wrong = labels.findIndex((label) =>
    !Number.isInteger(label) || label < 0 || label >= classCount
  );
  if (wrong >= 0) {
    const range = classCount === Infinity ? "of at least 0" : `in [0, ${classCount})`;
    fail(`label ${wrong} must be a whole number ${range}`, `${labels[wrong]}`);
  }
}

/**
 * Mask of pairs of one class.
 *
 * @returns [B, B] of type bool: true at (i, j) where images i and j are of one class, so on the diagonal. The caller disposes
 * it.
 */
export function maskSameClass(labels: BatchLabels): Tensor2D {
  return tf.tidy(() => {
    if (labels instanceof tf.Tensor) {
      const own = tf.cast(labels, "float32"); // [B, C]
      return tf.greater(tf.matMul(own, own, false, true), 0);
    }
    const first = new Map(labels.map((label, i) => [label, i])); // a label may be beyond int32
    const classes = tf.tensor1d(labels.map((label) => first.get(label)!), "int32");
    return tf.equal(tf.expandDims(classes, 1), tf.expandDims(classes, 0)) as Tensor2D;
  });
}

/**
 * Mask of each image's own class. A mask in place of class indices is copied.
 *
 * @returns [B, C] of type bool: true at (i, labels[i]). The caller disposes it.
 */
export function maskOwnClass(labels: BatchLabels, classCount: number): Tensor2D {
  if (labels instanceof tf.Tensor) return labels.clone();
  const mask = new Uint8Array(labels.length * classCount);
  labels.forEach((label, i) => mask[i * classCount + label] = 1);
  return tf.tensor2d(mask, [labels.length, classCount], "bool");
}

/** Squares of int32 overflow, and those of bool are whatever the backend makes of them: neither is a length. */
function checkMatrix(name: string, matrix: Tensor2D): void {
  if (!(matrix instanceof tf.Tensor)) fail(`${name} must be a tensor`, typeof matrix);
  const { shape, dtype } = matrix;
  if (shape.length !== 2) fail(`${name} must be of shape [rows, columns]`, `[${shape}]`);
  if (shape[0] === 0) fail(`${name} must have at least one row`, "0 rows");
  if (shape[1] === 0) fail(`${name} must have at least one column`, "0 columns");
  if (dtype !== "float32") fail(`${name} must be of type float32`, dtype);
}

function checkMask(mask: Tensor2D, shape: readonly number[]): void {
  if (mask.dtype !== "bool") fail("a mask of labels must be of type bool", mask.dtype);
  if (mask.shape.join() !== shape.join()) {
    fail(`a mask of labels must be of shape [${shape}]`, `[${mask.shape}]`);
  }
}

function fail(rule: string, value: string): never {
  throw new RangeError(`Cannot compute loss as ${rule}: it is ${value}`);
}
