/** Kernel `Conv2DBackpropInput`, in place of tfjs's, which is several times slower than its own forward convolution. */

import * as tf from "@tensorflow/tfjs";
import { type ConvAttrs, type ConvGeometry, FLOAT_BYTES, layOutConv } from "./conv_geometry.ts";
import { NO_END } from "./convolve.ts";
import { type AxisPhase, splitPhases } from "./stride_phases.ts";
import type { Address, WasmModule } from "./open_module.ts";

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

interface Scratch {
  readonly offsets: Address;
  readonly panels: Address;
  readonly tile: Address;
}

function computeInputGradient(
  module: WasmModule,
  geometry: ConvGeometry,
  [dy, filter, out]: Addresses,
): void {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = geometry;
  const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = geometry;
  const rows = splitPhases(inHeight, outHeight, filterHeight, strideHeight, padInfo.top);
  const columns = splitPhases(inWidth, outWidth, filterWidth, strideWidth, padInfo.left);
  const height = outHeight + rows.before + rows.after;
  const width = outWidth + columns.before + columns.after;
  const channelBytes = outChannels * FLOAT_BYTES;
  const isPadded = height > outHeight || width > outWidth;
  const [offsets, panels, tile, copy] = module.reserve(
    batchSize * inHeight * inWidth * 8,
    filterHeight * filterWidth * outChannels * Math.ceil(inChannels / 8) * 32,
    128,
    isPadded ? batchSize * height * width * channelBytes : 0,
  ) as [Address, Address, Address, Address];
  if (isPadded) {
    module.kernels.padImages(
      ...[dy, copy, batchSize, outHeight, outWidth, channelBytes] as const,
      ...[rows.before, columns.before, height, width] as const,
    );
  }
  const address = isPadded ? copy : dy;
  const upstream = { address, height, width, top: rows.before, left: columns.before };
  if (rows.hasGap || columns.hasGap) {
    const byteCount = batchSize * inHeight * inWidth * inChannels * FLOAT_BYTES;
    module.kernels.fillZeros(out, byteCount);
  }
  for (const row of rows.phases) {
    for (const column of columns.phases) {
      packPhase(module, geometry, filter, panels, row, column);
      multiplyPhase(module, geometry, upstream, out, { offsets, panels, tile }, row, column);
    }
  }
}

/** Packs the filter's entries of one phase, last first: rows (fy, fx, o), columns i. */
function packPhase(
  module: WasmModule,
  geometry: ConvGeometry,
  filter: Address,
  panels: Address,
  row: AxisPhase,
  column: AxisPhase,
): void {
  const { inChannels, outChannels, filterWidth } = geometry;
  const depth = row.entries.length * column.entries.length * outChannels;
  const entryBytes = inChannels * outChannels * FLOAT_BYTES;
  let start = 0;
  for (const fy of row.entries) {
    for (const fx of column.entries) {
      const entry = filter + (fy * filterWidth + fx) * entryBytes;
      module.kernels.packPanels(
        ...[entry, panels, start, outChannels, depth, inChannels] as const,
        ...[FLOAT_BYTES, outChannels * FLOAT_BYTES] as const,
      );
      start += outChannels;
    }
  }
}

function multiplyPhase(
  module: WasmModule,
  geometry: ConvGeometry,
  upstream: PaddedUpstream,
  out: Address,
  { offsets, panels, tile }: Scratch,
  row: AxisPhase,
  column: AxisPhase,
): void {
  const { kernels } = module;
  const { batchSize, inHeight, inWidth, inChannels, outChannels } = geometry;
  const grid = [batchSize, row.count, column.count] as const;
  const fromPixel = outChannels * FLOAT_BYTES;
  const fromRow = upstream.width * fromPixel;
  const from = (row.first + upstream.top) * fromRow + (column.first + upstream.left) * fromPixel;
  kernels.writeOffsets(offsets, ...grid, from, upstream.height * fromRow, fromRow, fromPixel);
  const toPixel = inChannels * FLOAT_BYTES;
  const toRow = inWidth * toPixel;
  const { strideHeight, strideWidth } = geometry;
  kernels.writeOffsets(
    ...[offsets + 4, ...grid, row.start * toRow + column.start * toPixel] as const,
    ...[inHeight * toRow, strideHeight * toRow, strideWidth * toPixel] as const,
  );
  kernels.multiplyRows(
    ...[upstream.address, offsets, batchSize * row.count * column.count] as const,
    ...[row.entries.length, fromRow, column.entries.length * outChannels] as const,
    ...[panels, inChannels, out, NO_END.bias, NO_END.residual, NO_END.hasRelu, tile] as const,
  );
}
