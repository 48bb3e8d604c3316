/** Convolutions forward: `Conv2D`, and `ConvBiasRelu` with what comes after. */

import * as tf from "@tensorflow/tfjs";
import { CONV_BIAS_RELU } from "../ops/conv2d_bias_relu.ts";
import {
  type ConvAttrs,
  type ConvGeometry,
  FLOAT_BYTES,
  layOutConv,
  padSize,
} from "./conv_geometry.ts";
import type { Address, WasmModule } from "./open_module.ts";

/** What follows a product: addresses of terms to add, 0 for none, and whether max(0, ·) comes last. */
export interface ProductEnd {
  /** One float per column. */
  readonly bias: Address;
  /** Of the result's shape. */
  readonly residual: Address;
  readonly hasRelu: boolean;
}

/** Nothing follows. */
export const NO_END: ProductEnd = { bias: 0, residual: 0, hasRelu: false };

/** Kernel `Conv2D`, in place of tfjs's. */
export function createConv2D(module: WasmModule): tf.KernelConfig {
  return {
    kernelName: tf.Conv2D,
    backendName: "wasm",
    kernelFunc({ inputs, attrs }) {
      const { x, filter } = inputs as Record<"x" | "filter", tf.TensorInfo>;
      const geometry = layOutConv(x.shape, filter.shape, attrs as unknown as ConvAttrs);
      return convolve(module, geometry, x, filter, NO_END);
    },
  };
}

/** Kernel `ConvBiasRelu`. */
export function createConvBiasRelu(module: WasmModule): tf.KernelConfig {
  return {
    kernelName: CONV_BIAS_RELU,
    backendName: "wasm",
    kernelFunc({ inputs, attrs }) {
      const { x, filter, bias, residual } = inputs;
      const geometry = layOutConv(x!.shape, filter!.shape, attrs as unknown as ConvAttrs);
      return convolve(module, geometry, x!, filter!, {
        bias: module.addressOf(bias!),
        residual: residual ? module.addressOf(residual) : 0,
        hasRelu: attrs!.hasRelu as boolean,
      });
    },
  };
}

function convolve(
  module: WasmModule,
  geometry: ConvGeometry,
  x: tf.TensorInfo,
  filter: tf.TensorInfo,
  end: ProductEnd,
): tf.TensorInfo {
  const { kernels } = module;
  const { batchSize, inChannels, outHeight, outWidth, outChannels } = geometry;
  const { filterHeight, filterWidth } = geometry;
  const out = module.createTensor([batchSize, outHeight, outWidth, outChannels]);
  const padded = padSize(geometry);
  const rowCount = batchSize * outHeight * outWidth;
  const depth = filterHeight * filterWidth * inChannels;
  const [offsets, panels, tile, copy] = module.reserve(
    rowCount * 8,
    depth * Math.ceil(outChannels / 8) * 32,
    128,
    padded.byteCount,
  ) as [Address, Address, Address, Address];
  const input = padded.isPadded
    ? copyPadded(module, geometry, module.addressOf(x), copy)
    : module.addressOf(x);
  const pixelBytes = outChannels * FLOAT_BYTES;
  kernels.packPanels(
    ...[module.addressOf(filter), panels, 0, depth, depth, outChannels] as const,
    ...[pixelBytes, FLOAT_BYTES] as const,
  );
  writeWindowOffsets(module, offsets, geometry);
  kernels.writeOffsets(offsets + 4, 1, 1, rowCount, 0, 0, 0, pixelBytes);
  const segmentStride = padded.width * inChannels * FLOAT_BYTES;
  kernels.multiplyRows(
    ...[input, offsets, rowCount, filterHeight, segmentStride, filterWidth * inChannels] as const,
    ...[panels, outChannels, module.addressOf(out)] as const,
    ...[end.bias, end.residual, end.hasRelu, tile] as const,
  );
  return out;
}

/** Copies the input with its padding, and returns the copy's address. */
export function copyPadded(
  module: WasmModule,
  geometry: ConvGeometry,
  x: Address,
  copy: Address,
): Address {
  const { batchSize, inHeight, inWidth, inChannels, padInfo } = geometry;
  const { height, width } = padSize(geometry);
  module.kernels.padImages(
    ...[x, copy, batchSize, inHeight, inWidth, inChannels * FLOAT_BYTES] as const,
    ...[padInfo.top, padInfo.left, height, width] as const,
  );
  return copy;
}

/** Writes where each window of a convolution begins in the padded input, as the first of two int32 per window. */
export function writeWindowOffsets(
  module: WasmModule,
  offsets: Address,
  geometry: ConvGeometry,
): void {
  const { batchSize, inChannels, outHeight, outWidth, strideHeight, strideWidth } = geometry;
  const { height, width } = padSize(geometry);
  const pixelBytes = inChannels * FLOAT_BYTES;
  const rowBytes = width * pixelBytes;
  module.kernels.writeOffsets(
    ...[offsets, batchSize, outHeight, outWidth, 0] as const,
    ...[height * rowBytes, strideHeight * rowBytes, strideWidth * pixelBytes] as const,
  );
}
