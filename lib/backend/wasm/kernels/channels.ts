// deno-lint-ignore-file
// @ts-nocheck AssemblyScript: TypeScript's syntax, its own types
// Sums per channel of [n, C], and batch norm. Channels go in fours; the rest, one by one.
//
// Sums run over blocks of rows first, so that rounding grows with the block and the number of blocks, not with n.

/** Rows of a block. */
const ROW_BLOCK: i32 = 64;

/**
 * out[c] = Σ_r x[r, c] · factor.
 */
export function sumChannels(
  x: usize,
  rowCount: i32,
  channelCount: i32,
  factor: f32,
  out: usize,
): void {
  const stride = <usize> channelCount << 2;
  let c = 0;
  for (; c + 4 <= channelCount; c += 4) {
    let from = x + (<usize> c << 2);
    let total = f32x4.splat(0);
    for (let block = 0; block < rowCount; block += ROW_BLOCK) {
      const end = min(block + ROW_BLOCK, rowCount);
      let even = f32x4.splat(0), odd = f32x4.splat(0);
      let r = block;
      for (; r + 2 <= end; r += 2) {
        even = f32x4.add(even, v128.load(from));
        odd = f32x4.add(odd, v128.load(from + stride));
        from += stride << 1;
      }
      if (r < end) {
        even = f32x4.add(even, v128.load(from));
        from += stride;
      }
      total = f32x4.add(total, f32x4.add(even, odd));
    }
    v128.store(out + (<usize> c << 2), f32x4.mul(total, f32x4.splat(factor)));
  }
  for (; c < channelCount; c++) {
    let from = x + (<usize> c << 2);
    let total: f64 = 0;
    for (let r = 0; r < rowCount; r++) {
      total += load<f32>(from);
      from += stride;
    }
    store<f32>(out + (<usize> c << 2), <f32> total * factor);
  }
}

/**
 * variance[c] = Σ_r (x[r, c] - mean[c])² / n.
 */
export function computeVariance(
  x: usize,
  mean: usize,
  rowCount: i32,
  channelCount: i32,
  variance: usize,
): void {
  const stride = <usize> channelCount << 2;
  const factor: f32 = <f32> 1 / <f32> rowCount;
  let c = 0;
  for (; c + 4 <= channelCount; c += 4) {
    let from = x + (<usize> c << 2);
    const center = v128.load(mean + (<usize> c << 2));
    let total = f32x4.splat(0);
    for (let block = 0; block < rowCount; block += ROW_BLOCK) {
      const end = min(block + ROW_BLOCK, rowCount);
      let sum = f32x4.splat(0);
      for (let r = block; r < end; r++) {
        const centered = f32x4.sub(v128.load(from), center);
        sum = f32x4.relaxed_madd(centered, centered, sum);
        from += stride;
      }
      total = f32x4.add(total, sum);
    }
    v128.store(variance + (<usize> c << 2), f32x4.mul(total, f32x4.splat(factor)));
  }
  for (; c < channelCount; c++) {
    let from = x + (<usize> c << 2);
    const center = load<f32>(mean + (<usize> c << 2));
    let total: f64 = 0;
    for (let r = 0; r < rowCount; r++) {
      const centered = <f64> (load<f32>(from) - center);
      total += centered * centered;
      from += stride;
    }
    store<f32>(variance + (<usize> c << 2), <f32> total * factor);
  }
}

/**
 * out[r, c] = (x[r, c] - center[c]) · factor[c] + shift[c].
 */
export function normalizeChannels(
  x: usize,
  rowCount: i32,
  channelCount: i32,
  center: usize,
  factor: usize,
  shift: usize,
  out: usize,
): void {
  const bytes = <usize> channelCount << 2;
  const vectorBytes = <usize> (channelCount & ~3) << 2;
  for (let r = 0; r < rowCount; r++) {
    let c: usize = 0;
    for (; c < vectorBytes; c += 16) {
      const centered = f32x4.sub(v128.load(x + c), v128.load(center + c));
      v128.store(
        out + c,
        f32x4.relaxed_madd(centered, v128.load(factor + c), v128.load(shift + c)),
      );
    }
    for (; c < bytes; c += 4) {
      const centered = load<f32>(x + c) - load<f32>(center + c);
      store<f32>(out + c, centered * load<f32>(factor + c) + load<f32>(shift + c));
    }
    x += bytes;
    out += bytes;
  }
}

/**
 * sums[c] = Σ_r dy[r, c] · (x[r, c] - center[c]).
 */
export function sumProducts(
  dy: usize,
  x: usize,
  center: usize,
  rowCount: i32,
  channelCount: i32,
  sums: usize,
): void {
  const stride = <usize> channelCount << 2;
  let c = 0;
  for (; c + 4 <= channelCount; c += 4) {
    let from = <usize> c << 2;
    const middle = v128.load(center + from);
    let total = f32x4.splat(0);
    for (let block = 0; block < rowCount; block += ROW_BLOCK) {
      const end = min(block + ROW_BLOCK, rowCount);
      let sum = f32x4.splat(0);
      for (let r = block; r < end; r++) {
        const centered = f32x4.sub(v128.load(x + from), middle);
        sum = f32x4.relaxed_madd(centered, v128.load(dy + from), sum);
        from += stride;
      }
      total = f32x4.add(total, sum);
    }
    v128.store(sums + (<usize> c << 2), total);
  }
  for (; c < channelCount; c++) {
    let from = <usize> c << 2;
    const middle = load<f32>(center + from);
    let total: f64 = 0;
    for (let r = 0; r < rowCount; r++) {
      total += <f64> (load<f32>(x + from) - middle) * <f64> load<f32>(dy + from);
      from += stride;
    }
    store<f32>(sums + (<usize> c << 2), <f32> total);
  }
}

/**
 * factor[c] = scale[c] / sqrt(variance[c] + ε), or without scale (0): 1 / sqrt(variance[c] + ε).
 */
export function computeFactors(
  variance: usize,
  scale: usize,
  channelCount: i32,
  epsilon: f32,
  factor: usize,
): void {
  for (let c: usize = 0; c < <usize> channelCount << 2; c += 4) {
    const numerator: f32 = scale ? load<f32>(scale + c) : 1;
    store<f32>(factor + c, numerator / Mathf.sqrt(load<f32>(variance + c) + epsilon));
  }
}

/**
 * dx = a[c] · dy + b[c] · (x - center[c]) + d[c], with the coefficients as {@linkcode computeGradientFactors} gives them.
 */
export function combineGradient(
  dy: usize,
  x: usize,
  center: usize,
  a: usize,
  b: usize,
  d: usize,
  rowCount: i32,
  channelCount: i32,
  dx: usize,
): void {
  const bytes = <usize> channelCount << 2;
  const vectorBytes = <usize> (channelCount & ~3) << 2;
  for (let r = 0; r < rowCount; r++) {
    let c: usize = 0;
    for (; c < vectorBytes; c += 16) {
      const centered = f32x4.sub(v128.load(x + c), v128.load(center + c));
      const rest = f32x4.relaxed_madd(centered, v128.load(b + c), v128.load(d + c));
      v128.store(dx + c, f32x4.relaxed_madd(v128.load(dy + c), v128.load(a + c), rest));
    }
    for (; c < bytes; c += 4) {
      const centered = load<f32>(x + c) - load<f32>(center + c);
      const rest = centered * load<f32>(b + c) + load<f32>(d + c);
      store<f32>(dx + c, load<f32>(dy + c) * load<f32>(a + c) + rest);
    }
    x += bytes;
    dy += bytes;
    dx += bytes;
  }
}

/**
 * Coefficients of the gradient of batch norm for x, and dScale in place of the sums: with σ = sqrt(variance + ε),
 *
 *     dScale = sums / σ,  a = scale / σ,  b = -a · dScale / (n σ),  d = -a · dShift / n
 */
export function computeGradientFactors(
  variance: usize,
  scale: usize,
  dShift: usize,
  sums: usize,
  rowCount: i32,
  channelCount: i32,
  epsilon: f32,
  a: usize,
  b: usize,
  d: usize,
): void {
  const n = <f32> rowCount;
  for (let c: usize = 0; c < <usize> channelCount << 2; c += 4) {
    const sigma = Mathf.sqrt(load<f32>(variance + c) + epsilon);
    const dScale = load<f32>(sums + c) / sigma;
    const factor = load<f32>(scale + c) / sigma;
    store<f32>(sums + c, dScale);
    store<f32>(a + c, factor);
    store<f32>(b + c, -factor * dScale / (n * sigma));
    store<f32>(d + c, -factor * load<f32>(dShift + c) / n);
  }
}
