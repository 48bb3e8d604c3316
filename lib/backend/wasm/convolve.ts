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
import type { KernelCall } from "./kernel_threads.ts";
import { countScratchBytes, splitPacking, splitPadding, splitProduct } from "./multiply_parts.ts";
import type { Address } from "./kernel_functions.ts";
import type { WasmModule } from "./open_module.ts";

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
  const { threads } = module;
  const { batchSize, inChannels, outHeight, outWidth, outChannels } = geometry;
  const { filterHeight, filterWidth } = geometry;
  const out = module.createTensor([batchSize, outHeight, outWidth, outChannels]);
  const padded = padSize(geometry);
  const rowCount = batchSize * outHeight * outWidth;
  const depth = filterHeight * filterWidth * inChannels;
  const partCount = threads.countParts(rowCount * depth * outChannels);
  const [offsets, panels, scratch, copy] = module.reserve(
    rowCount * 8,
    depth * Math.ceil(outChannels / 8) * 32,
    countScratchBytes(partCount),
    padded.byteCount,
  ) as [Address, Address, Address, Address];
  const pixelBytes = outChannels * FLOAT_BYTES;
  const [from, packed] = [module.addressOf(x), module.addressOf(filter)];
  threads.run([
    ...padded.isPadded ? copyPadded(geometry, from, copy, partCount) : [],
    ...splitPacking(
      [packed, panels, 0, depth, depth, outChannels, pixelBytes, FLOAT_BYTES],
      partCount,
    ),
    writeWindowOffsets(offsets, geometry),
    [["writeOffsets", offsets + 4, 1, 1, rowCount, 0, 0, 0, pixelBytes]],
  ]);
  const segmentStride = padded.width * inChannels * FLOAT_BYTES;
  threads.run(splitProduct(
    [
      ...[padded.isPadded ? copy : from, offsets, rowCount, filterHeight, segmentStride] as const,
      ...[filterWidth * inChannels, panels, outChannels, module.addressOf(out)] as const,
      ...[end.bias, end.residual, end.hasRelu] as const,
    ],
    partCount,
    scratch,
  ));
  return out;
}

/** Copies the input with its padding. */
export function copyPadded(
  geometry: ConvGeometry,
  x: Address,
  copy: Address,
  partCount: number,
): KernelCall[][] {
  const { batchSize, inHeight, inWidth, inChannels, padInfo } = geometry;
  const { height, width } = padSize(geometry);
  return splitPadding([
    ...[x, copy, batchSize, inHeight, inWidth, inChannels * FLOAT_BYTES] as const,
    ...[padInfo.top, padInfo.left, height, width] as const,
  ], partCount);
}

/** Writes where each window of a convolution begins in the padded input, as the first of two int32 per window. */
export function writeWindowOffsets(offsets: Address, geometry: ConvGeometry): KernelCall[] {
  const { batchSize, inChannels, outHeight, outWidth, strideHeight, strideWidth } = geometry;
  const { height, width } = padSize(geometry);
  const pixelBytes = inChannels * FLOAT_BYTES;
  const rowBytes = width * pixelBytes;
  return [[
    "writeOffsets",
    ...[offsets, batchSize, outHeight, outWidth, 0] as const,
    ...[height * rowBytes, strideHeight * rowBytes, strideWidth * pixelBytes] as const,
  ]];
}
