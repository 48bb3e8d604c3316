/** Rows of a matrix in an `.npy` file, read when they are wanted: the file may be larger than the memory. */

import type { ByteSource } from "./byte_source.ts";
import { readNpyHeader } from "./npy.ts";

/** More than the header of an `.npy` file of a matrix ever takes. */
const HEADER_BYTES = 2 ** 16;
const FLOAT_BYTES = 4;

/** A matrix of float32 in a file. */
export interface NpyRows {
  readonly rowCount: number;
  readonly columnCount: number;
  /**
   * Copies consecutive rows.
   *
   * @param target [count, columns].
   */
  readRows(first: number, count: number, target: Float32Array): void;
}

/**
 * Opens the rows of a matrix.
 *
 * @returns `null` for anything but little-endian float32, row-major, of two dimensions; those are read whole.
 * @throws {InputError} If it is no `.npy` file, or its size is not that of its shape.
 */
export function openNpyRows(source: ByteSource): NpyRows | null {
  const head = source.copy(0, Math.min(source.sizeBytes, HEADER_BYTES));
  const { header: { descr, isFortran, shape }, dataOffset } = readNpyHeader(head, source.path);
  const [rowCount, columnCount, ...extra] = shape;
  if (descr !== "<f4" || isFortran || !rowCount || !columnCount || extra.length > 0) return null;
  const [dataBytes, expected] = [
    source.sizeBytes - dataOffset,
    rowCount * columnCount * FLOAT_BYTES,
  ];
  if (dataBytes < expected) source.failTruncated(dataOffset + expected);
  if (dataBytes > expected) {
    source.fail(`shape (${shape}) must take ${expected} bytes`, `${dataBytes}`);
  }
  const rowBytes = columnCount * FLOAT_BYTES;
  return {
    rowCount,
    columnCount,
    readRows(first, count, target) {
      const { buffer, byteOffset } = target;
      source.read(
        dataOffset + first * rowBytes,
        new Uint8Array(buffer, byteOffset, count * rowBytes),
      );
    },
  };
}
