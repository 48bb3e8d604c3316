/** Kernel `Conv2DBackpropInput`, in place of tfjs's, which is several times slower than its own forward convolution. */

import * as tf from "@tensorflow/tfjs";
import { type ConvAttrs, type ConvGeometry, FLOAT_BYTES, layOutConv } from "./conv_geometry.ts";
import { NO_END } from "./convolve.ts";
import { type AxisPhase, splitPhases } from "./stride_phases.ts";
import type { KernelCall } from "./kernel_threads.ts";
import {
  countScratchBytes,
  type ProductArguments,
  splitPacking,
  splitPadding,
  splitProduct,
} from "./multiply_parts.ts";
import type { Address } from "./kernel_functions.ts";
import type { WasmModule } from "./open_module.ts";

/**
 * dx[s y + fy - top, s x + fx - left, i] gathers dy[y, x, o] · w[fy, fx, i, o].
 *
 * Input positions of one remainder modulo the stride see only the filter's entries of one remainder: for each such pair,
 * dx is a plain convolution of dy with those entries, turned round.
 *
 * @throws {RangeError} From the kernel, if the layout is not NHWC.
 */
export function createConv2DBackpropInput(module: WasmModule): tf.KernelConfig {
  return {
    kernelName: tf.Conv2DBackpropInput,
    backendName: "wasm",
    kernelFunc({ inputs, attrs }) {
      const { dy, filter } = inputs as Record<"dy" | "filter", tf.TensorInfo>;
      const { inputShape } = attrs as unknown as { inputShape: number[] };
      const geometry = layOutConv(inputShape, filter.shape, attrs as unknown as ConvAttrs);
      const out = module.createTensor(inputShape);
      computeInputGradient(module, geometry, [dy, filter, out].map(module.addressOf) as Addresses);
      return out;
    },
  };
}

/** Of dy, the filter and the result. */
type Addresses = [Address, Address, Address];

/** dy with zeros around it, wide enough for every phase. */
interface PaddedUpstream {
  readonly address: Address;
  readonly height: number;
  readonly width: number;
  readonly top: number;
  readonly left: number;
}

function computeInputGradient(
  module: WasmModule,
  geometry: ConvGeometry,
  [dy, filter, out]: Addresses,
): void {
  const { threads } = module;
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = geometry;
  const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = geometry;
  const rows = splitPhases(inHeight, outHeight, filterHeight, strideHeight, padInfo.top);
  const columns = splitPhases(inWidth, outWidth, filterWidth, strideWidth, padInfo.left);
  const height = outHeight + rows.before + rows.after;
  const width = outWidth + columns.before + columns.after;
  const channelBytes = outChannels * FLOAT_BYTES;
  const isPadded = height > outHeight || width > outWidth;
  const pixelCount = batchSize * inHeight * inWidth;
  const depth = filterHeight * filterWidth * outChannels;
  const phaseCount = rows.phases.length * columns.phases.length;
  const partCount = threads.countParts(pixelCount * inChannels * depth / phaseCount ** 2);
  const [offsets, panels, scratch, copy] = module.reserve(
    pixelCount * 8,
    depth * Math.ceil(inChannels / 8) * 32,
    countScratchBytes(partCount),
    isPadded ? batchSize * height * width * channelBytes : 0,
  ) as [Address, Address, Address, Address];
  threads.run([
    ...isPadded
      ? splitPadding([
        ...[dy, copy, batchSize, outHeight, outWidth, channelBytes] as const,
        ...[rows.before, columns.before, height, width] as const,
      ], partCount)
      : [],
    rows.hasGap || columns.hasGap
      ? [["fillZeros", out, pixelCount * inChannels * FLOAT_BYTES]]
      : [],
  ]);
  const address = isPadded ? copy : dy;
  const upstream = { address, height, width, top: rows.before, left: columns.before };
  for (const row of rows.phases) {
    for (const column of columns.phases) {
      threads.run([
        ...packPhase(geometry, filter, panels, row, column, partCount),
        ...writePhaseOffsets(geometry, upstream, offsets, row, column),
      ]);
      const product = layOutPhase(geometry, upstream, out, [offsets, panels], row, column);
      threads.run(splitProduct(product, partCount, scratch));
    }
  }
}

/** Packs the filter's entries of one phase, last first: rows (fy, fx, o), columns i. */
function packPhase(
  geometry: ConvGeometry,
  filter: Address,
  panels: Address,
  row: AxisPhase,
  column: AxisPhase,
  partCount: number,
): KernelCall[][] {
  const { inChannels, outChannels, filterWidth } = geometry;
  const entryCount = row.entries.length * column.entries.length;
  const depth = entryCount * outChannels;
  const entryBytes = inChannels * outChannels * FLOAT_BYTES;
  const entries = row.entries.flatMap((fy) => column.entries.map((fx) => fy * filterWidth + fx));
  return entries.flatMap((entry, i) =>
    splitPacking([
      ...[filter + entry * entryBytes, panels, i * outChannels, outChannels, depth] as const,
      ...[inChannels, FLOAT_BYTES, outChannels * FLOAT_BYTES] as const,
    ], Math.ceil(partCount / entryCount))
  );
}

/** Where each row of one phase's product begins in dy, and where it goes in the result. */
function writePhaseOffsets(
  geometry: ConvGeometry,
  upstream: PaddedUpstream,
  offsets: Address,
  row: AxisPhase,
  column: AxisPhase,
): KernelCall[][] {
  const { batchSize, inHeight, inWidth, inChannels, outChannels } = geometry;
  const grid = [batchSize, row.count, column.count] as const;
  const fromPixel = outChannels * FLOAT_BYTES;
  const fromRow = upstream.width * fromPixel;
  const from = (row.first + upstream.top) * fromRow + (column.first + upstream.left) * fromPixel;
  const toPixel = inChannels * FLOAT_BYTES;
  const toRow = inWidth * toPixel;
  const { strideHeight, strideWidth } = geometry;
  return [
    [["writeOffsets", offsets, ...grid, from, upstream.height * fromRow, fromRow, fromPixel]],
    [[
      "writeOffsets",
      ...[offsets + 4, ...grid, row.start * toRow + column.start * toPixel] as const,
      ...[inHeight * toRow, strideHeight * toRow, strideWidth * toPixel] as const,
    ]],
  ];
}

function layOutPhase(
  { batchSize, inChannels, outChannels }: ConvGeometry,
  upstream: PaddedUpstream,
  out: Address,
  [offsets, panels]: [Address, Address],
  row: AxisPhase,
  column: AxisPhase,
): ProductArguments {
  const rowCount = batchSize * row.count * column.count;
  const segmentStride = upstream.width * outChannels * FLOAT_BYTES;
  return [
    ...[upstream.address, offsets, rowCount, row.entries.length, segmentStride] as const,
    ...[column.entries.length * outChannels, panels, inChannels, out] as const,
    ...[NO_END.bias, NO_END.residual, NO_END.hasRelu] as const,
  ];
}
