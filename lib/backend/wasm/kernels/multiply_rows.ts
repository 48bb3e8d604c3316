// deno-lint-ignore-file
// @ts-nocheck AssemblyScript: TypeScript's syntax, its own types
// C = A · B, where a row of A is several contiguous segments of memory and B is packed in panels of 8 columns.
//
// Matrix products have one segment. A convolution has one per filter row: in an image of layout [H, W, C], the part of the
// window in one image row is contiguous, so that no patch matrix (im2col) is ever written.

/** Rows that share the panels while they stay in the cache; a multiple of 4. */
const ROW_BLOCK: i32 = 96;

/**
 * Packs part of B [K, N] into panels: target[n / 8][k][n % 8], zero beyond column N.
 *
 * @param kStart Where the part's rows begin within the kTotal rows of the panels.
 * @param strideK Distance in bytes between the source's rows, strideN between its columns.
 */
export function packPanels(
  source: usize,
  target: usize,
  kStart: i32,
  kCount: i32,
  kTotal: i32,
  columnCount: i32,
  strideK: i32,
  strideN: i32,
): void {
  for (let n = 0; n < columnCount; n += 8) {
    let to = target + ((<usize> n * kTotal) << 2) + (<usize> kStart << 5);
    let from = source + <usize> n * strideN;
    const width = min(8, columnCount - n);
    for (let k = 0; k < kCount; k++) {
      if (width == 8 && strideN == 4) {
        v128.store(to, v128.load(from));
        v128.store(to, v128.load(from, 16), 16);
      } else {
        for (let c = 0; c < 8; c++) {
          store<f32>(to + (c << 2), c < width ? load<f32>(from + <usize> c * strideN) : 0);
        }
      }
      from += strideK;
      to += 32;
    }
  }
}

/**
 * out[r, :] = epilogue(Σ_s A[r, s, :] · B[s, :, :]) for each row r.
 *
 * @param offsets For each row, two int32: bytes from `a` to its first segment, bytes from `out` to its result.
 * @param segmentStride Bytes between the segments of a row.
 * @param segmentLength Floats of a segment.
 * @param panels B with segmentCount · segmentLength rows, as packPanels writes it.
 * @param bias columnCount floats to add, or 0. residual: as `out`, to add, or 0. hasRelu: whether max(0, ·) follows.
 * @param scratch 128 bytes.
 */
export function multiplyRows(
  a: usize,
  offsets: usize,
  rowCount: i32,
  segmentCount: i32,
  segmentStride: i32,
  segmentLength: i32,
  panels: usize,
  columnCount: i32,
  out: usize,
  bias: usize,
  residual: usize,
  hasRelu: i32,
  scratch: usize,
): void {
  const panelBytes = <usize> (segmentCount * segmentLength) << 5;
  for (let block = 0; block < rowCount; block += ROW_BLOCK) {
    const end = min(block + ROW_BLOCK, rowCount);
    let panel = panels;
    for (let n = 0; n < columnCount; n += 8) {
      for (let r = block; r < end; r += 4) {
        multiplyTile(
          a,
          offsets + (<usize> r << 3),
          min(4, end - r),
          segmentCount,
          segmentStride,
          segmentLength,
          panel,
          out + (<usize> n << 2),
          min(8, columnCount - n),
          bias ? bias + (<usize> n << 2) : 0,
          residual ? residual + (<usize> n << 2) : 0,
          hasRelu,
          scratch,
        );
      }
      panel += panelBytes;
    }
  }
}

// One tile of 4 rows and 8 columns. Rows beyond `height` repeat the last one; columns beyond `width` go by way of scratch.
function multiplyTile(
  a: usize,
  offsets: usize,
  height: i32,
  segmentCount: i32,
  segmentStride: i32,
  segmentLength: i32,
  panel: usize,
  out: usize,
  width: i32,
  bias: usize,
  residual: usize,
  hasRelu: i32,
  scratch: usize,
): void {
  const i1 = offsets + (height > 1 ? 8 : 0);
  const i2 = height > 2 ? offsets + 16 : i1;
  const i3 = height > 3 ? offsets + 24 : i2;
  let a0 = a + <usize> load<i32>(offsets);
  let a1 = a + <usize> load<i32>(i1);
  let a2 = a + <usize> load<i32>(i2);
  let a3 = a + <usize> load<i32>(i3);
  let c00 = f32x4.splat(0),
    c01 = c00,
    c10 = c00,
    c11 = c00,
    c20 = c00,
    c21 = c00,
    c30 = c00,
    c31 = c00;
  let b = panel;
  for (let s = 0; s < segmentCount; s++) {
    const segmentBytes = <usize> segmentLength << 2;
    for (let k: usize = 0; k < segmentBytes; k += 4) {
      const b0 = v128.load(b);
      const b1 = v128.load(b, 16);
      b += 32;
      let x = v128.load_splat<f32>(a0 + k);
      c00 = f32x4.relaxed_madd(x, b0, c00);
      c01 = f32x4.relaxed_madd(x, b1, c01);
      x = v128.load_splat<f32>(a1 + k);
      c10 = f32x4.relaxed_madd(x, b0, c10);
      c11 = f32x4.relaxed_madd(x, b1, c11);
      x = v128.load_splat<f32>(a2 + k);
      c20 = f32x4.relaxed_madd(x, b0, c20);
      c21 = f32x4.relaxed_madd(x, b1, c21);
      x = v128.load_splat<f32>(a3 + k);
      c30 = f32x4.relaxed_madd(x, b0, c30);
      c31 = f32x4.relaxed_madd(x, b1, c31);
    }
    a0 += segmentStride;
    a1 += segmentStride;
    a2 += segmentStride;
    a3 += segmentStride;
  }
  const o0 = <usize> load<i32>(offsets, 4);
  const o1 = <usize> load<i32>(i1, 4);
  const o2 = <usize> load<i32>(i2, 4);
  const o3 = <usize> load<i32>(i3, 4);
  if (width == 8) {
    finish(c00, c01, out + o0, bias, residual ? residual + o0 : 0, hasRelu);
    finish(c10, c11, out + o1, bias, residual ? residual + o1 : 0, hasRelu);
    finish(c20, c21, out + o2, bias, residual ? residual + o2 : 0, hasRelu);
    finish(c30, c31, out + o3, bias, residual ? residual + o3 : 0, hasRelu);
    return;
  }
  v128.store(scratch, c00);
  v128.store(scratch, c01, 16);
  v128.store(scratch, c10, 32);
  v128.store(scratch, c11, 48);
  v128.store(scratch, c20, 64);
  v128.store(scratch, c21, 80);
  v128.store(scratch, c30, 96);
  v128.store(scratch, c31, 112);
  finishPart(scratch, out + o0, width, bias, residual ? residual + o0 : 0, hasRelu);
  finishPart(scratch + 32, out + o1, width, bias, residual ? residual + o1 : 0, hasRelu);
  finishPart(scratch + 64, out + o2, width, bias, residual ? residual + o2 : 0, hasRelu);
  finishPart(scratch + 96, out + o3, width, bias, residual ? residual + o3 : 0, hasRelu);
}

function finish(
  low: v128,
  high: v128,
  out: usize,
  bias: usize,
  residual: usize,
  hasRelu: i32,
): void {
  if (bias) {
    low = f32x4.add(low, v128.load(bias));
    high = f32x4.add(high, v128.load(bias, 16));
  }
  if (residual) {
    low = f32x4.add(low, v128.load(residual));
    high = f32x4.add(high, v128.load(residual, 16));
  }
  if (hasRelu) {
    low = f32x4.max(low, f32x4.splat(0));
    high = f32x4.max(high, f32x4.splat(0));
  }
  v128.store(out, low);
  v128.store(out, high, 16);
}

function finishPart(
  sums: usize,
  out: usize,
  width: i32,
  bias: usize,
  residual: usize,
  hasRelu: i32,
): void {
  for (let c: usize = 0; c < <usize> width << 2; c += 4) {
    let value = load<f32>(sums + c);
    if (bias) value += load<f32>(bias + c);
    if (residual) value += load<f32>(residual + c);
    if (hasRelu) value = max<f32>(value, 0);
    store<f32>(out + c, value);
  }
}
