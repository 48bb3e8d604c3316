/** Kernel `Conv2DBackpropFilter`, which tfjs's wasm backend lacks. */

import * as tf from "@tensorflow/tfjs";
import {
  type ConvAttrs,
  type ConvGeometry,
  FLOAT_BYTES,
  layOutConv,
  padSize,
} from "./conv_geometry.ts";
import { copyPadded, writeWindowOffsets } from "./convolve.ts";
import { splitOuter } from "./multiply_parts.ts";
import type { Address } from "./kernel_functions.ts";
import type { WasmModule } from "./open_module.ts";

/**
 * dW[fy, fx, i, o] = Σ over images and positions (y, x) of x̃[s y + fy, s x + fx, i] · dy[y, x, o], x̃ the padded input.
 *
 * @throws {RangeError} From the kernel, if the layout is not NHWC.
 */
export function createConv2DBackpropFilter(module: WasmModule): tf.KernelConfig {
  return {
    kernelName: tf.Conv2DBackpropFilter,
    backendName: "wasm",
    kernelFunc({ inputs, attrs }) {
      const { x, dy } = inputs as Record<"x" | "dy", tf.TensorInfo>;
      const { filterShape } = attrs as unknown as { filterShape: number[] };
      const geometry = layOutConv(x.shape, filterShape, attrs as unknown as ConvAttrs);
      const out = module.createTensor(filterShape);
      computeFilterGradient(module, geometry, [x, dy, out].map(module.addressOf) as Addresses);
      return out;
    },
  };
}

/** Of x, dy and the result. */
type Addresses = [Address, Address, Address];

function computeFilterGradient(
  module: WasmModule,
  geometry: ConvGeometry,
  [x, dy, out]: Addresses,
): void {
  const { threads } = module;
  const { batchSize, inChannels, outHeight, outWidth, outChannels } = geometry;
  const { filterHeight, filterWidth } = geometry;
  const rowCount = batchSize * outHeight * outWidth;
  const depth = filterHeight * filterWidth * inChannels;
  const columnCount = Math.ceil(outChannels / 8) * 8; // the kernel's columns come in eights
  const isExact = columnCount === outChannels;
  const [rowBytes, wideRowBytes] = [outChannels * FLOAT_BYTES, columnCount * FLOAT_BYTES];
  const padded = padSize(geometry);
  const [offsets, copy, wideDy, wideOut] = module.reserve(
    rowCount * 8,
    padded.byteCount,
    isExact ? 0 : rowCount * wideRowBytes,
    isExact ? 0 : depth * wideRowBytes,
  ) as [Address, Address, Address, Address];
  // The kernel reads segments in fours, which must not go beyond the end of a tensor.
  const isCopied = padded.isPadded || (filterWidth * inChannels) % 4 !== 0;
  const sums = isExact ? out : wideOut;
  const partCount = threads.countParts(rowCount * depth * columnCount);
  threads.run([
    ...isCopied ? copyPadded(geometry, x, copy, partCount) : [],
    isExact ? [] : [
      ["fillZeros", wideDy, rowCount * wideRowBytes],
      ["copyRows", dy, wideDy, rowCount, rowBytes, rowBytes, wideRowBytes],
    ],
    [["fillZeros", sums, depth * wideRowBytes]],
    writeWindowOffsets(offsets, geometry),
    [["writeOffsets", offsets + 4, 1, 1, rowCount, 0, 0, 0, wideRowBytes]],
  ]);
  const segmentStride = padded.width * inChannels * FLOAT_BYTES;
  threads.run(splitOuter([
    ...[isCopied ? copy : x, offsets, rowCount, filterHeight, segmentStride] as const,
    ...[filterWidth * inChannels, isExact ? dy : wideDy, columnCount, sums] as const,
  ], partCount));
  if (!isExact) module.kernels.copyRows(wideOut, out, depth, rowBytes, wideRowBytes, rowBytes);
}
