/** Sizes of a convolution, as our kernels need them. */

import * as tf from "@tensorflow/tfjs";

/** Sizes of a convolution of [B, H, W, I] with [FH, FW, I, O] to [B, H', W', O]. */
export interface ConvGeometry {
  readonly batchSize: number;
  readonly inHeight: number;
  readonly inWidth: number;
  readonly inChannels: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly outChannels: number;
  readonly filterHeight: number;
  readonly filterWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  /** Zeros around the input. */
  readonly padInfo: {
    readonly top: number;
    readonly left: number;
    readonly bottom: number;
    readonly right: number;
  };
}

/** Attributes that tfjs gives to a convolution and its gradients. */
export interface ConvAttrs {
  readonly strides: number | [number, number];
  readonly pad: "valid" | "same" | number | tf.backend_util.ExplicitPadding;
  readonly dilations?: number | [number, number];
  readonly dataFormat?: "NHWC" | "NCHW";
  readonly dimRoundingMode?: "floor" | "round" | "ceil" | null;
}

/** Number of bytes of a float. */
export const FLOAT_BYTES = 4;

/**
 * Works out the sizes of a convolution.
 *
 * @throws {RangeError} If the layout is not NHWC, or a dilation is not 1.
 */
export function layOutConv(
  inputShape: readonly number[],
  filterShape: readonly number[],
  attrs: ConvAttrs,
): ConvGeometry {
  const { strides, pad, dilations = 1, dataFormat = "NHWC", dimRoundingMode } = attrs;
  if (dataFormat !== "NHWC") {
    throw new RangeError(`Cannot convolve on wasm as the layout must be NHWC: it is ${dataFormat}`);
  }
  if ([dilations].flat().some((dilation) => dilation !== 1)) {
    throw new RangeError(`Cannot convolve on wasm as the dilation must be 1: it is ${dilations}`);
  }
  return tf.backend_util.computeConv2DInfo(
    inputShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    strides,
    1,
    pad,
    dimRoundingMode ?? undefined,
  );
}

/** The input of a convolution with its padding. */
export interface PaddedSize {
  readonly height: number;
  readonly width: number;
  readonly byteCount: number;
  /** Whether there is any padding. */
  readonly isPadded: boolean;
}

/** Size of the input with its padding. */
export function padSize(geometry: ConvGeometry): PaddedSize {
  const { batchSize, inHeight, inWidth, inChannels, padInfo } = geometry;
  const height = inHeight + padInfo.top + padInfo.bottom;
  const width = inWidth + padInfo.left + padInfo.right;
  return {
    height,
    width,
    byteCount: batchSize * height * width * inChannels * FLOAT_BYTES,
    isPadded: height > inHeight || width > inWidth,
  };
}
