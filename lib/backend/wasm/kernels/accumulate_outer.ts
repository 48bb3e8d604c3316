// deno-lint-ignore-file
// @ts-nocheck AssemblyScript: TypeScript's syntax, its own types
// The gradient of a convolution for its filter: dW[s, k, n] = Σ_r A[r, s, k] · B[r, n], with A's rows in segments as in
// multiply_rows.as.

/** Rows whose A and B stay in the cache while all tiles of the result take them. */
const ROW_BLOCK: i32 = 192;

/**
 * Adds A's rows times B's rows to `sums`.
 *
 * @param offsets For each row, two int32: bytes from `a` to its first segment (a segment may be read up to 12 bytes beyond
 *   its end), bytes from `b` to its row (which may be read up to a multiple of 8 floats).
 * @param segmentStride Bytes between the segments of a row of A.
 * @param segmentLength Floats of a segment.
 * @param columnCount Floats of a row of B, a multiple of 8.
 * @param sums [segmentCount, segmentLength, columnCount], starting values.
 */
export function accumulateOuter(
  a: usize,
  offsets: usize,
  rowCount: i32,
  segmentCount: i32,
  segmentStride: i32,
  segmentLength: i32,
  b: usize,
  columnCount: i32,
  sums: usize,
): void {
  const rowBytes = <usize> columnCount << 2;
  for (let block = 0; block < rowCount; block += ROW_BLOCK) {
    const first = offsets + (<usize> block << 3);
    const last = offsets + (<usize> min(block + ROW_BLOCK, rowCount) << 3);
    let tileRow = sums;
    for (let s = 0; s < segmentCount; s++) {
      const segment = a + <usize> s * segmentStride;
      for (let k = 0; k < segmentLength; k += 4) {
        for (let n: usize = 0; n < rowBytes; n += 32) {
          accumulateTile(
            segment + (<usize> k << 2),
            b + n,
            first,
            last,
            tileRow + n,
            rowBytes,
            min(4, segmentLength - k),
          );
        }
        tileRow += rowBytes * min(4, segmentLength - k);
      }
    }
  }
}

// One tile of 4 entries of a segment and 8 columns, of which `height` entries exist.
function accumulateTile(
  a: usize,
  b: usize,
  first: usize,
  last: usize,
  sums: usize,
  rowBytes: usize,
  height: i32,
): void {
  let c00 = f32x4.splat(0),
    c01 = c00,
    c10 = c00,
    c11 = c00,
    c20 = c00,
    c21 = c00,
    c30 = c00,
    c31 = c00;
  for (let offset = first; offset < last; offset += 8) {
    const from = a + <usize> load<i32>(offset);
    const row = b + <usize> load<i32>(offset, 4);
    const b0 = v128.load(row);
    const b1 = v128.load(row, 16);
    let x = v128.load_splat<f32>(from);
    c00 = f32x4.relaxed_madd(x, b0, c00);
    c01 = f32x4.relaxed_madd(x, b1, c01);
    x = v128.load_splat<f32>(from, 4);
    c10 = f32x4.relaxed_madd(x, b0, c10);
    c11 = f32x4.relaxed_madd(x, b1, c11);
    x = v128.load_splat<f32>(from, 8);
    c20 = f32x4.relaxed_madd(x, b0, c20);
    c21 = f32x4.relaxed_madd(x, b1, c21);
    x = v128.load_splat<f32>(from, 12);
    c30 = f32x4.relaxed_madd(x, b0, c30);
    c31 = f32x4.relaxed_madd(x, b1, c31);
  }
  addPair(sums, c00, c01);
  if (height > 1) addPair(sums + rowBytes, c10, c11);
  if (height > 2) addPair(sums + rowBytes * 2, c20, c21);
  if (height > 3) addPair(sums + rowBytes * 3, c30, c31);
}

function addPair(target: usize, low: v128, high: v128): void {
  v128.store(target, f32x4.add(v128.load(target), low));
  v128.store(target, f32x4.add(v128.load(target, 16), high), 16);
}
