/** Work of our kernels, split into parts that any thread can take: each element is computed as it would be in one piece. */

import { FLOAT_BYTES } from "./conv_geometry.ts";
import type { KernelCall } from "./kernel_threads.ts";
import type { Address, Kernels } from "./kernel_functions.ts";

/** Arguments of the kernel, but for the scratch memory. */
export type ProductArguments = Parameters<Kernels["multiplyRows"]> extends
  [...infer Others, Address] ? Readonly<Others> : never;

/** Bytes of scratch memory that a part needs. */
const SCRATCH_BYTES = 128;
/** What the kernels take at a time: rows and columns of a product, entries of a segment. */
const [ROW_BLOCK, COLUMN_BLOCK, ENTRY_BLOCK] = [96, 8, 4];
/** Bytes of an entry of the offsets. */
const OFFSET_BYTES = 8;

/** Bytes of scratch memory for all parts. */
export function countScratchBytes(partCount: number): number {
  return partCount * SCRATCH_BYTES;
}

/**
 * Splits a product into parts, by rows first and then by columns.
 *
 * @param partCount How many parts to aim at; 1 leaves the product whole.
 * @param scratch Of {@linkcode countScratchBytes} bytes.
 */
export function splitProduct(
  args: ProductArguments,
  partCount: number,
  scratch: Address,
): KernelCall[][] {
  const [a, offsets, rowCount, segmentCount, segmentStride, segmentLength, ...rest] = args;
  const [panels, columnCount, out, bias, residual, hasRelu] = rest;
  const rows = splitRange(rowCount, ROW_BLOCK, partCount);
  const columns = splitRange(columnCount, COLUMN_BLOCK, Math.floor(partCount / rows.length));
  const panelBytes = segmentCount * segmentLength * FLOAT_BYTES; // of each column
  return rows.flatMap((row, i) =>
    columns.map((column, j): KernelCall[] => {
      const skipped = column.start * FLOAT_BYTES;
      return [[
        "multiplyRows",
        ...[a, offsets + row.start * OFFSET_BYTES, row.count] as const,
        ...[segmentCount, segmentStride, segmentLength] as const,
        ...[panels + column.start * panelBytes, column.count, out + skipped] as const,
        ...[bias && bias + skipped, residual && residual + skipped, hasRelu] as const,
        scratch + (i * columns.length + j) * SCRATCH_BYTES,
      ]];
    })
  );
}

/** Splits the packing of panels by their columns. */
export function splitPacking(
  [source, target, kStart, kCount, kTotal, columnCount, strideK, strideN]: Readonly<
    Parameters<Kernels["packPanels"]>
  >,
  partCount: number,
): KernelCall[][] {
  return splitRange(columnCount, COLUMN_BLOCK, partCount).map(({ start, count }) => [[
    "packPanels",
    ...[source + start * strideN, target + start * kTotal * FLOAT_BYTES, kStart, kCount] as const,
    ...[kTotal, count, strideK, strideN] as const,
  ]]);
}

/** Splits the padding of images by images. */
export function splitPadding(
  [source, target, batchSize, height, width, channelBytes, top, left, ...padded]: Parameters<
    Kernels["padImages"]
  >,
  partCount: number,
): KernelCall[][] {
  const [paddedHeight, paddedWidth] = padded;
  return splitRange(batchSize, 1, partCount).map(({ start, count }) => [[
    "padImages",
    source + start * height * width * channelBytes,
    target + start * paddedHeight * paddedWidth * channelBytes,
    ...[count, height, width, channelBytes, top, left, paddedHeight, paddedWidth] as const,
  ]]);
}

/** Splits a sum of outer products by segments, and by their entries. */
export function splitOuter(
  args: Parameters<Kernels["accumulateOuter"]>,
  partCount: number,
): KernelCall[][] {
  const [a, offsets, rowCount, segmentCount, segmentStride, segmentLength, ...rest] = args;
  const [b, columnCount, sums] = rest;
  if (partCount === 1) return [[["accumulateOuter", ...args]]];
  const entries = splitRange(segmentLength, ENTRY_BLOCK, Math.ceil(partCount / segmentCount));
  return Array.from(
    { length: segmentCount },
    (_, segment) =>
      entries.map(({ start, count }): KernelCall[] => [[
        "accumulateOuter",
        ...[a + segment * segmentStride + start * FLOAT_BYTES, offsets, rowCount] as const,
        ...[1, segmentStride, count, b, columnCount] as const,
        sums + (segment * segmentLength + start) * columnCount * FLOAT_BYTES,
      ]]),
  ).flat();
}

/** A part of a range. */
export interface Part {
  readonly start: number;
  readonly count: number;
}

/** Splits [0, count) into at most `partCount` parts, at least one, each but the last of a multiple of `step`. */
export function splitRange(count: number, step: number, partCount: number): Part[] {
  const size = Math.max(1, Math.ceil(count / step / Math.max(partCount, 1))) * step;
  return Array.from(
    { length: Math.ceil(count / size) },
    (_, i) => ({ start: i * size, count: Math.min(size, count - i * size) }),
  );
}
