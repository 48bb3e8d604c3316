/** Pools with PyTorch's geometry: symmetric padding, ceil mode, averages that count the padding. */

import * as tf from "@tensorflow/tfjs";

/** A square pool. */
export interface PoolOptions {
  readonly kernelSize: number;
  readonly stride: number;
  /** On each side. */
  readonly pad: number;
  /** Whether a last window that only partly lies on the padded input counts. */
  readonly isCeil: boolean;
}

/** Where the windows of a pool lie along one axis. */
export interface PoolAxis {
  /** Number of windows. */
  readonly windowCount: number;
  /** Entries to append after the symmetric padding so that the last window is whole. */
  readonly overhang: number;
}

/** Below every value of a network; finite, as not every shading language has an infinity. */
const LOWEST = -3.4028234663852886e38;

/**
 * Windows along one axis of `inputSize` entries, as PyTorch counts them:
 *
 *     floor((inputSize + 2 pad - kernelSize) / stride) + 1, or ceil in ceil mode,
 *
 * where a window that would begin in the padding after the input is left out.
 */
export function layOutPool(inputSize: number, options: PoolOptions): PoolAxis {
  const { kernelSize, stride, pad, isCeil } = options;
  const steps = (inputSize + 2 * pad - kernelSize) / stride;
  let windowCount = (isCeil ? Math.ceil(steps) : Math.floor(steps)) + 1;
  if (isCeil && (windowCount - 1) * stride >= inputSize + pad) windowCount--;
  const end = (windowCount - 1) * stride + kernelSize;
  return { windowCount, overhang: Math.max(0, end - inputSize - 2 * pad) };
}

/**
 * Largest value of each window.
 *
 * @param x [B, H, W, C]
 * @returns [B, H', W', C]. Call it within a `tf.tidy`.
 */
export function maxPool(x: tf.Tensor4D, options: PoolOptions): tf.Tensor4D {
  const { kernelSize, stride, pad } = options;
  const [rows, columns] = layOutAxes(x, options);
  if (rows.overhang === 0 && columns.overhang === 0) {
    return tf.maxPool(x, kernelSize, stride, pad, pad > 0 ? "floor" : undefined);
  }
  const padded = tf.pad4d(x, padding(pad, rows, columns), LOWEST);
  return tf.maxPool(padded, kernelSize, stride, "valid");
}

/**
 * Mean of each window. The symmetric padding counts as zeros; the overhang of ceil mode does not count.
 *
 * @param x [B, H, W, C]
 * @returns [B, H', W', C]. Call it within a `tf.tidy`.
 */
export function averagePool(x: tf.Tensor4D, options: PoolOptions): tf.Tensor4D {
  const { kernelSize, stride, pad } = options;
  const [rows, columns] = layOutAxes(x, options);
  const padded = pad + rows.overhang + columns.overhang > 0
    ? tf.pad4d(x, padding(pad, rows, columns))
    : x;
  const mean = tf.avgPool(padded, kernelSize, stride, "valid"); // divides by kernelSize²
  if (rows.overhang === 0 && columns.overhang === 0) return mean;
  const correction = tf.mul(
    tf.reshape(countCorrection(rows, options), [1, rows.windowCount, 1, 1]),
    tf.reshape(countCorrection(columns, options), [1, 1, columns.windowCount, 1]),
  );
  return tf.mul(mean, correction);
}

/**
 * Mean plus maximum over all positions: the feature of the convolutional backbones.
 *
 * The maximum is a pool of one window, so that its gradient goes to one position also where several tie.
 *
 * @param x [B, H, W, C]
 * @returns [B, C]. Call it within a `tf.tidy`.
 */
export function globalAverageMaxPool(x: tf.Tensor4D): tf.Tensor2D {
  const [batchSize, height, width, channelCount] = x.shape;
  const largest = tf.maxPool(x, [height, width], 1, "valid"); // [B, 1, 1, C]
  return tf.add(
    globalAverage(x),
    tf.reshape(largest, [batchSize, channelCount]),
  ) as tf.Tensor2D;
}

/** Mean over all positions, [B, C]. Its gradient is dy / n at each of the n positions: no tensor of ones, as tfjs makes. */
function globalAverage(x: tf.Tensor4D): tf.Tensor {
  const run = tf.customGrad((input, _save) => {
    const { shape } = input as tf.Tensor4D;
    const [batchSize, height, width, channelCount] = shape;
    const gradFunc = (dy: tf.Tensor) => {
      const each = tf.reshape(tf.div(dy, height * width), [batchSize, 1, 1, channelCount]);
      return tf.broadcastTo(each, shape);
    };
    return { value: tf.mean(input as tf.Tensor4D, [1, 2]), gradFunc };
  });
  return run(x);
}

function layOutAxes(x: tf.Tensor4D, options: PoolOptions): [PoolAxis, PoolAxis] {
  return [layOutPool(x.shape[1], options), layOutPool(x.shape[2], options)];
}

type Padding4D = [[number, number], [number, number], [number, number], [number, number]];

function padding(pad: number, rows: PoolAxis, columns: PoolAxis): Padding4D {
  return [[0, 0], [pad, pad + rows.overhang], [pad, pad + columns.overhang], [0, 0]];
}

/** Kernel size over the entries of each window that are not overhang: only the last one has any. */
function countCorrection({ windowCount, overhang }: PoolAxis, options: PoolOptions): tf.Tensor1D {
  const { kernelSize } = options;
  const correction = new Float32Array(windowCount).fill(1);
  correction[windowCount - 1] = kernelSize / (kernelSize - overhang);
  return tf.tensor1d(correction);
}
