// deno-lint-ignore-file
// @ts-nocheck AssemblyScript: TypeScript's syntax, its own types
// Layer norm and the gradients of it and of softmax, row by row of [n, F]: a row gets the same bits whichever rows are computed with it.
//
// Sums go four entries at a time, by lane, in two turns; the rest of a row, one by one.

/**
 * out = (x - mean) / sqrt(variance + ε) · scale[f] + shift[f], with the mean and the variance of the row.
 */
export function normalizeRows(
  x: usize,
  scale: usize,
  shift: usize,
  rowCount: i32,
  width: i32,
  epsilon: f32,
  out: usize,
): void {
  const bytes = <usize> width << 2;
  const vectorBytes = <usize> (width & ~3) << 2;
  for (let r = 0; r < rowCount; r++) {
    const mean = sumRow(x, width) / <f32> width;
    const inverse: f32 = <f32> 1 / Mathf.sqrt(sumSquares(x, mean, width) / <f32> width + epsilon);
    let f: usize = 0;
    for (; f < vectorBytes; f += 16) {
      const normalized = normalize(v128.load(x + f), mean, inverse);
      v128.store(
        out + f,
        f32x4.add(f32x4.mul(normalized, v128.load(scale + f)), v128.load(shift + f)),
      );
    }
    for (; f < bytes; f += 4) {
      const normalized: f32 = (load<f32>(x + f) - mean) * inverse;
      store<f32>(out + f, normalized * load<f32>(scale + f) + load<f32>(shift + f));
    }
    x += bytes;
    out += bytes;
  }
}

/**
 * The gradient of normalizeRows of dy: with x̂ = (x - mean) / σ and g = scale · dy,
 *
 *     dx = (g - mean(g) - x̂ · mean(g · x̂)) / σ,  along = dy · x̂
 */
export function normalizeRowsGradient(
  x: usize,
  scale: usize,
  dy: usize,
  rowCount: i32,
  width: i32,
  epsilon: f32,
  dx: usize,
  along: usize,
): void {
  const bytes = <usize> width << 2;
  const vectorBytes = <usize> (width & ~3) << 2;
  for (let r = 0; r < rowCount; r++) {
    const mean = sumRow(x, width) / <f32> width;
    const inverse: f32 = <f32> 1 / Mathf.sqrt(sumSquares(x, mean, width) / <f32> width + epsilon);
    let sums = f32x4.splat(0), products = f32x4.splat(0);
    let f: usize = 0;
    for (; f < vectorBytes; f += 16) {
      const upstream = v128.load(dy + f);
      const product = f32x4.mul(normalize(v128.load(x + f), mean, inverse), upstream);
      const factor = v128.load(scale + f);
      sums = f32x4.add(sums, f32x4.mul(upstream, factor));
      products = f32x4.add(products, f32x4.mul(product, factor));
      v128.store(along + f, product);
    }
    let sum = sumLanes(sums), productSum = sumLanes(products);
    for (; f < bytes; f += 4) {
      const upstream = load<f32>(dy + f);
      const product: f32 = (load<f32>(x + f) - mean) * inverse * upstream;
      sum += upstream * load<f32>(scale + f);
      productSum += product * load<f32>(scale + f);
      store<f32>(along + f, product);
    }
    const center: f32 = sum / <f32> width, slope: f32 = productSum / <f32> width;
    for (f = 0; f < vectorBytes; f += 16) {
      const g = f32x4.mul(v128.load(dy + f), v128.load(scale + f));
      const normalized = normalize(v128.load(x + f), mean, inverse);
      const rest = f32x4.sub(
        f32x4.sub(g, f32x4.splat(center)),
        f32x4.mul(normalized, f32x4.splat(slope)),
      );
      v128.store(dx + f, f32x4.mul(rest, f32x4.splat(inverse)));
    }
    for (; f < bytes; f += 4) {
      const g: f32 = load<f32>(dy + f) * load<f32>(scale + f);
      const normalized: f32 = (load<f32>(x + f) - mean) * inverse;
      store<f32>(dx + f, (g - center - normalized * slope) * inverse);
    }
    x += bytes;
    dy += bytes;
    dx += bytes;
    along += bytes;
  }
}

/** The gradient of softmax of dy at y: dx = y · (dy - Σ dy · y). */
export function softmaxGradient(
  y: usize,
  dy: usize,
  rowCount: i32,
  width: i32,
  dx: usize,
): void {
  const bytes = <usize> width << 2;
  const vectorBytes = <usize> (width & ~3) << 2;
  for (let r = 0; r < rowCount; r++) {
    let products = f32x4.splat(0);
    let f: usize = 0;
    for (; f < vectorBytes; f += 16) {
      products = f32x4.add(products, f32x4.mul(v128.load(dy + f), v128.load(y + f)));
    }
    let sum = sumLanes(products);
    for (; f < bytes; f += 4) sum += load<f32>(dy + f) * load<f32>(y + f);
    for (f = 0; f < vectorBytes; f += 16) {
      v128.store(
        dx + f,
        f32x4.mul(v128.load(y + f), f32x4.sub(v128.load(dy + f), f32x4.splat(sum))),
      );
    }
    for (; f < bytes; f += 4) {
      store<f32>(dx + f, load<f32>(y + f) * (load<f32>(dy + f) - sum));
    }
    y += bytes;
    dy += bytes;
    dx += bytes;
  }
}

function normalize(x: v128, mean: f32, inverse: f32): v128 {
  return f32x4.mul(f32x4.sub(x, f32x4.splat(mean)), f32x4.splat(inverse));
}

function sumRow(x: usize, width: i32): f32 {
  const end = x + (<usize> width << 2);
  let even = f32x4.splat(0), odd = f32x4.splat(0);
  for (; x + 32 <= end; x += 32) {
    even = f32x4.add(even, v128.load(x));
    odd = f32x4.add(odd, v128.load(x, 16));
  }
  let sum = sumLanes(f32x4.add(even, odd));
  for (; x < end; x += 4) sum += load<f32>(x);
  return sum;
}

// Σ (x - mean)².
function sumSquares(x: usize, mean: f32, width: i32): f32 {
  const end = x + (<usize> width << 2);
  const center = f32x4.splat(mean);
  let even = f32x4.splat(0), odd = f32x4.splat(0);
  for (; x + 32 <= end; x += 32) {
    const low = f32x4.sub(v128.load(x), center), high = f32x4.sub(v128.load(x, 16), center);
    even = f32x4.add(even, f32x4.mul(low, low));
    odd = f32x4.add(odd, f32x4.mul(high, high));
  }
  let sum = sumLanes(f32x4.add(even, odd));
  for (; x < end; x += 4) {
    const centered: f32 = load<f32>(x) - mean;
    sum += centered * centered;
  }
  return sum;
}

function sumLanes(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) +
    (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3));
}
