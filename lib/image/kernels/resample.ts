// deno-lint-ignore-file
// @ts-nocheck AssemblyScript: TypeScript's syntax, its own types
// Weighted sums of pixels, two at a time: a weight of 22 bits is two numbers of 11 bits, high * 2048 + low, so that sums of
// products of 16-bit numbers are exact. Both weights of a pair lie in one int32, the first in its low half.

const HALF: i32 = 1 << 21;

/** (high * 2048 + low + 1/2) in fixed point, to whole numbers. */
// @ts-ignore: decorator

function round(high: v128, low: v128): v128 {
  const sum = i32x4.add(i32x4.add(i32x4.shl(high, 11), low), i32x4.splat(HALF));
  return i32x4.shr_s(sum, 22);
}

/**
 * Sums along rows: [rowCount, width, 3] to [rowCount, size, 3]. Reads up to 8 bytes beyond the source and writes up to 1 beyond
 * the result.
 *
 * @param starts int32 [size], first pixel of each sum.
 * @param counts int32 [size], pairs of pixels of each sum.
 * @param highs int32 [size, stride] pairs of the weights' high parts.
 * @param lows int32 [size, stride] pairs of the weights' low parts.
 */
export function resampleRows(
  source: usize,
  width: i32,
  rowCount: i32,
  size: i32,
  starts: usize,
  counts: usize,
  highs: usize,
  lows: usize,
  stride: i32,
  result: usize,
): void {
  for (let row = 0; row < rowCount; row++) {
    for (let i = 0; i < size; i++) {
      let from = source + <usize> (load<i32>(starts + (i << 2)) * 3);
      let weight: usize = <usize> (i * stride) << 2;
      const end = weight + (<usize> load<i32>(counts + (i << 2)) << 2);
      let high = i32x4.splat(0);
      let low = i32x4.splat(0);
      for (; weight < end; weight += 4, from += 6) {
        const pixels = v128.load64_zero(from); // r g b r g b and two more
        const pairs = v128.shuffle<u8>(
          pixels,
          pixels,
          0,
          8,
          3,
          8,
          1,
          8,
          4,
          8,
          2,
          8,
          5,
          8,
          8,
          8,
          8,
          8,
        );
        high = i32x4.add(high, i32x4.dot_i16x8_s(pairs, v128.load32_splat(highs + weight)));
        low = i32x4.add(low, i32x4.dot_i16x8_s(pairs, v128.load32_splat(lows + weight)));
      }
      const levels = i16x8.narrow_i32x4_s(round(high, low), i32x4.splat(0));
      v128.store32_lane(result, i8x16.narrow_i16x8_u(levels, levels), 0);
      result += 3;
    }
    source += <usize> width * 3;
  }
}

/**
 * Sums along columns: rows of rowBytes bytes to [size, rowBytes]. Reads up to one row and 15 bytes beyond the rows and writes up
 * to 15 beyond the result.
 *
 * @param starts int32 [size], first row of each sum; the other arguments as of `resampleRows`.
 */
export function resampleColumns(
  rows: usize,
  rowBytes: i32,
  size: i32,
  starts: usize,
  counts: usize,
  highs: usize,
  lows: usize,
  stride: i32,
  result: usize,
): void {
  for (let i = 0; i < size; i++) {
    const first = rows + <usize> (load<i32>(starts + (i << 2)) * rowBytes);
    const begin: usize = <usize> (i * stride) << 2;
    const end = begin + (<usize> load<i32>(counts + (i << 2)) << 2);
    for (let j = 0; j < rowBytes; j += 16) {
      let from = first + j;
      let h0 = i32x4.splat(0), h1 = h0, h2 = h0, h3 = h0;
      let l0 = h0, l1 = h0, l2 = h0, l3 = h0;
      for (let weight = begin; weight < end; weight += 4, from += <usize> rowBytes << 1) {
        const upper = v128.load(from);
        const lower = v128.load(from + rowBytes);
        const a = v128.shuffle<u8>(
          upper,
          lower,
          0,
          16,
          1,
          17,
          2,
          18,
          3,
          19,
          4,
          20,
          5,
          21,
          6,
          22,
          7,
          23,
        );
        const b = v128.shuffle<u8>(
          upper,
          lower,
          8,
          24,
          9,
          25,
          10,
          26,
          11,
          27,
          12,
          28,
          13,
          29,
          14,
          30,
          15,
          31,
        );
        const high = v128.load32_splat(highs + weight);
        const low = v128.load32_splat(lows + weight);
        const p0 = i16x8.extend_low_i8x16_u(a), p1 = i16x8.extend_high_i8x16_u(a);
        const p2 = i16x8.extend_low_i8x16_u(b), p3 = i16x8.extend_high_i8x16_u(b);
        h0 = i32x4.add(h0, i32x4.dot_i16x8_s(p0, high));
        h1 = i32x4.add(h1, i32x4.dot_i16x8_s(p1, high));
        h2 = i32x4.add(h2, i32x4.dot_i16x8_s(p2, high));
        h3 = i32x4.add(h3, i32x4.dot_i16x8_s(p3, high));
        l0 = i32x4.add(l0, i32x4.dot_i16x8_s(p0, low));
        l1 = i32x4.add(l1, i32x4.dot_i16x8_s(p1, low));
        l2 = i32x4.add(l2, i32x4.dot_i16x8_s(p2, low));
        l3 = i32x4.add(l3, i32x4.dot_i16x8_s(p3, low));
      }
      const front = i16x8.narrow_i32x4_s(round(h0, l0), round(h1, l1));
      const back = i16x8.narrow_i32x4_s(round(h2, l2), round(h3, l3));
      v128.store(result + j, i8x16.narrow_i16x8_u(front, back));
    }
    result += <usize> rowBytes;
  }
}

/**
 * Levels [S, S, 3] to float32 [S, S, 3].
 *
 * @param table float32 [3, 256]: what each level of a channel becomes.
 * @param isFlipped Whether each row is read from its end.
 * @param isBgr Whether the channels are to change places.
 */
export function normalizeLevels(
  levels: usize,
  size: i32,
  table: usize,
  isFlipped: bool,
  isBgr: bool,
  result: usize,
): void {
  const first: usize = isBgr ? 2 : 0;
  const last: usize = 2 - first;
  const step: i32 = isFlipped ? -3 : 3;
  for (let row = 0; row < size; row++) {
    let from = levels + <usize> ((row * size + (isFlipped ? size - 1 : 0)) * 3);
    for (let column = 0; column < size; column++) {
      store<f32>(result, load<f32>(table + (<usize> load<u8>(from + first) << 2)));
      store<f32>(result, load<f32>(table + (<usize> load<u8>(from, 1) << 2), 1024), 4);
      store<f32>(result, load<f32>(table + (<usize> load<u8>(from + last) << 2), 2048), 8);
      result += 12;
      from += <usize> step;
    }
  }
}
