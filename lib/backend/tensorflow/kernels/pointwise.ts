/** Convolutions of filters of one pixel as matrix products: pixels are rows, and the filter is a matrix [I, O]. */

import * as tf from "@tensorflow/tfjs";
import {
  boolAttribute,
  intAttribute,
  type OpAttribute,
  typeAttribute,
} from "../library/attributes.ts";
import { DATA_TYPES } from "../library/codes.ts";
import { endingAttributes } from "./ending.ts";
import type { KernelCall } from "./kernel_call.ts";
import { PAD_ATTRIBUTES, SLICE_ATTRIBUTES } from "./spatial_padding.ts";
import { findPadding, type Window } from "./window.ts";

const T = typeAttribute("T", DATA_TYPES.TF_FLOAT);
const STRIDED_SLICE = [
  ...SLICE_ATTRIBUTES,
  ...["begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask"]
    .map((name) => intAttribute(name, 0)),
];

/** Whether a convolution and its gradients are products on this device; see `DeviceChoices`. */
export function isProduct({ choices }: KernelCall, window: Window): boolean {
  return choices.hasPointwiseProducts && isPointwise(window);
}

/** Whether the gradient of its filter is, which more devices have as a product. */
export function isGradientProduct({ choices }: KernelCall, window: Window): boolean {
  return (choices.hasPointwiseProducts || choices.hasProductFilterGradient) && isPointwise(window);
}

/** Whether the filter is one pixel and the input is not padded. */
function isPointwise(window: Window): boolean {
  return window.filterHeight === 1 && window.filterWidth === 1 &&
    findPadding(window).name === "VALID";
}

/** x filter, for x [B, H, W, I] and filter [1, 1, I, O]: [B, H', W', O]. The caller disposes it. */
export function multiplyByFilter(
  call: KernelCall,
  window: Window,
  x: tf.TensorInfo,
  filter: tf.TensorInfo,
): tf.Tensor {
  return multiplyPatches(call, window, x, filter, (ids) => multiply(call, ids, {}));
}

/** What oneDNN adds to a product in the same op. */
export interface ProductEnding {
  /** [O] */
  readonly bias: tf.TensorInfo;
  /** Whether what is negative becomes 0. */
  readonly hasRelu: boolean;
}

/** The same and bias and ReLU, in compiled functions alone. The caller disposes it. */
export function multiplyAndAdd(
  call: KernelCall,
  window: Window,
  x: tf.TensorInfo,
  filter: tf.TensorInfo,
  { bias, hasRelu }: ProductEnding,
): tf.Tensor {
  const attributes = [...transpositions({}), ...endingAttributes(hasRelu ? "Relu" : null)];
  return multiplyPatches(
    call,
    window,
    x,
    filter,
    (ids) => call.runOne("_FusedMatMul", attributes, [...ids, ...call.ids(bias)]),
  );
}

function multiplyPatches(
  call: KernelCall,
  window: Window,
  x: tf.TensorInfo,
  filter: tf.TensorInfo,
  multiplyRows: (ids: readonly number[]) => tf.Tensor,
): tf.Tensor {
  const [inputCount, outputCount] = filter.shape.slice(2) as [number, number];
  const seen = seenPixels(call, window, x);
  const rows = call.reshape(seen, [-1, inputCount]);
  const matrix = call.reshape(filter, [inputCount, outputCount]);
  const product = multiplyRows(call.ids(rows, matrix));
  const { batchSize, outHeight, outWidth } = window;
  const y = call.reshape(product, [batchSize, outHeight, outWidth, outputCount]);
  tf.dispose([seen, rows, matrix, product]);
  return y;
}

/** dy filterᵀ where the filter looked and 0 elsewhere: the gradient of x [B, H, W, I]. The caller disposes it. */
export function multiplyByFilterTransposed(
  call: KernelCall,
  window: Window,
  dy: tf.TensorInfo,
  filter: tf.TensorInfo,
): tf.Tensor {
  const [inputCount, outputCount] = filter.shape.slice(2) as [number, number];
  const rows = call.reshape(dy, [-1, outputCount]);
  const matrix = call.reshape(filter, [inputCount, outputCount]);
  const product = multiply(call, call.ids(rows, matrix), { isSecondTransposed: true });
  const dx = spreadPixels(call, window, product, inputCount);
  tf.dispose([rows, matrix, product]);
  return dx;
}

/** xᵀ dy: the gradient of the filter [1, 1, I, O]. The caller disposes it. */
export function multiplyPixels(
  call: KernelCall,
  window: Window,
  x: tf.TensorInfo,
  dy: tf.TensorInfo,
): tf.Tensor {
  const [inputCount, outputCount] = [x.shape[3]!, dy.shape[3]!];
  const seen = seenPixels(call, window, x);
  const rows = call.reshape(seen, [-1, inputCount]);
  const outputs = call.reshape(dy, [-1, outputCount]);
  const product = multiply(call, call.ids(rows, outputs), { isFirstTransposed: true });
  const gradient = call.reshape(product, [1, 1, inputCount, outputCount]);
  tf.dispose([seen, rows, outputs, product]);
  return gradient;
}

interface Transposition {
  readonly isFirstTransposed?: boolean;
  readonly isSecondTransposed?: boolean;
}

function multiply(
  call: KernelCall,
  ids: readonly number[],
  transposition: Transposition,
): tf.Tensor {
  return call.runOne("MatMul", transpositions(transposition), ids);
}

function transpositions(
  { isFirstTransposed = false, isSecondTransposed = false }: Transposition,
): OpAttribute[] {
  return [
    T,
    boolAttribute("transpose_a", isFirstTransposed),
    boolAttribute("transpose_b", isSecondTransposed),
  ];
}

/**
 * x [B, H', W', I]: every stride-th pixel. The caller disposes it.
 *
 * `StridedSlice` takes about 20 times as long as a `Slice`, which copies whole pixels: of the top left one of every patch, where
 * patches fill the image.
 */
function seenPixels(call: KernelCall, window: Window, x: tf.TensorInfo): tf.Tensor {
  const { strideHeight, strideWidth, batchSize, inHeight, inWidth, outHeight, outWidth } = window;
  if (strideHeight === 1 && strideWidth === 1) return call.reshape(x, x.shape);
  if (inHeight === outHeight * strideHeight && inWidth === outWidth * strideWidth) {
    const [patchRows, inputCount] = [batchSize * outHeight, x.shape[3]!];
    const patches = call.reshape(x, [patchRows, strideHeight, outWidth, strideWidth * inputCount]);
    const bounds = [[0, 0, 0, 0], [patchRows, 1, outWidth, inputCount]];
    const ids = [...call.ids(patches), ...bounds.map((bound) => call.constant(bound))];
    const corners = call.runOne("Slice", SLICE_ATTRIBUTES, ids);
    const seen = call.reshape(corners, [batchSize, outHeight, outWidth, inputCount]);
    tf.dispose([patches, corners]);
    return seen;
  }
  const bounds = [
    call.constant([0, 0, 0, 0]),
    call.constant(x.shape),
    call.constant([1, strideHeight, strideWidth, 1]),
  ];
  return call.runOne("StridedSlice", STRIDED_SLICE, [...call.ids(x), ...bounds]);
}

/** Rows [B H' W', I] to every stride-th pixel of [B, H, W, I], with zeros between. The caller disposes it. */
function spreadPixels(
  call: KernelCall,
  window: Window,
  rows: tf.Tensor,
  inputCount: number,
): tf.Tensor {
  const { batchSize, inHeight, inWidth, outHeight, outWidth, strideHeight, strideWidth } = window;
  const shape = [batchSize, inHeight, inWidth, inputCount];
  if (strideHeight === 1 && strideWidth === 1) return call.reshape(rows, shape);
  const apart = call.reshape(rows, [batchSize, outHeight, 1, outWidth, 1, inputCount]);
  const zeros = [0, 0, 0, 0, 0, strideHeight - 1, 0, 0, 0, strideWidth - 1, 0, 0];
  const padded = call.runOne("Pad", PAD_ATTRIBUTES, [
    ...call.ids(apart),
    call.constant(zeros, [6, 2]),
  ]);
  const [height, width] = [outHeight * strideHeight, outWidth * strideWidth];
  const spread = call.reshape(padded, [batchSize, height, width, inputCount]);
  tf.dispose([apart, padded]);
  if (height === inHeight && width === inWidth) return spread;
  const ids = [...call.ids(spread), call.constant([0, 0, 0, 0]), call.constant(shape)];
  const dx = call.runOne("Slice", SLICE_ATTRIBUTES, ids);
  spread.dispose();
  return dx;
}
