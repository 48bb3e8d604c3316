// deno-lint-ignore-file
// @ts-nocheck AssemblyScript: TypeScript's syntax, its own types
// Moves data into the layouts that the kernels read.

/**
 * Writes row offsets of images: for each image b, row y, column x of a grid, the sum of start and strides, in bytes.
 *
 * @param offsets int32, two per position; this writes every second one, so pass the address of the first to write.
 */
export function writeOffsets(
  offsets: usize,
  batchSize: i32,
  height: i32,
  width: i32,
  start: i32,
  imageStride: i32,
  rowStride: i32,
  columnStride: i32,
): void {
  for (let b = 0; b < batchSize; b++) {
    for (let y = 0; y < height; y++) {
      let offset = start + b * imageStride + y * rowStride;
      for (let x = 0; x < width; x++) {
        store<i32>(offsets, offset);
        offsets += 8;
        offset += columnStride;
      }
    }
  }
}

/** Copies images [B, H, W, C] into the middle of larger ones of zeros, `top` rows and `left` columns in. C in bytes. */
export function padImages(
  source: usize,
  target: usize,
  batchSize: i32,
  height: i32,
  width: i32,
  channelBytes: i32,
  top: i32,
  left: i32,
  paddedHeight: i32,
  paddedWidth: i32,
): void {
  const rowBytes = width * channelBytes;
  const paddedRowBytes = paddedWidth * channelBytes;
  memory.fill(target, 0, <usize> batchSize * paddedHeight * paddedRowBytes);
  for (let b = 0; b < batchSize; b++) {
    let to = target + (<usize> (b * paddedHeight + top)) * paddedRowBytes + left * channelBytes;
    for (let y = 0; y < height; y++) {
      memory.copy(to, source, rowBytes);
      source += rowBytes;
      to += paddedRowBytes;
    }
  }
}

/** Copies rows of `rowBytes` bytes between arrays with other distances between rows. */
export function copyRows(
  source: usize,
  target: usize,
  rowCount: i32,
  rowBytes: i32,
  sourceStride: i32,
  targetStride: i32,
): void {
  for (let r = 0; r < rowCount; r++) {
    memory.copy(target, source, rowBytes);
    source += sourceStride;
    target += targetStride;
  }
}

/** Sets `byteCount` bytes to zero. */
export function fillZeros(target: usize, byteCount: i32): void {
  memory.fill(target, 0, byteCount);
}

/** Transposes [rows, columns] to [columns, rows]. */
export function transpose(source: usize, target: usize, rowCount: i32, columnCount: i32): void {
  const targetStride = <usize> rowCount << 2;
  for (let r = 0; r < rowCount; r += 8) { // eight rows at a time, so that the writes share cache lines
    const height = min(8, rowCount - r);
    for (let c = 0; c < columnCount; c++) {
      let from = source + ((<usize> r * columnCount + c) << 2);
      let to = target + (<usize> c * targetStride) + (<usize> r << 2);
      for (let i = 0; i < height; i++) {
        store<f32>(to, load<f32>(from));
        from += <usize> columnCount << 2;
        to += 4;
      }
    }
  }
}
