// deno-lint-ignore-file
// @ts-nocheck AssemblyScript: TypeScript's syntax, its own types
// The Gaussian error linear unit and its gradient, entry by entry: four at a time, or one in all four lanes, so that an entry gets the
// same bits wherever it lies.

/** x · Φ(x). */
export function gelu(x: usize, out: usize, count: i32): void {
  const end = <usize> count << 2;
  let i: usize = 0;
  for (; i + 16 <= end; i += 16) v128.store(out + i, activate(v128.load(x + i)));
  for (; i < end; i += 4) {
    store<f32>(out + i, f32x4.extract_lane(activate(f32x4.splat(load<f32>(x + i))), 0));
  }
}

/** dy (Φ(x) + x · exp(-x² / 2) / √(2π)). */
export function geluGradient(x: usize, dy: usize, out: usize, count: i32): void {
  const end = <usize> count << 2;
  let i: usize = 0;
  for (; i + 16 <= end; i += 16) {
    v128.store(out + i, f32x4.mul(v128.load(dy + i), slope(v128.load(x + i))));
  }
  for (; i < end; i += 4) {
    const one = f32x4.extract_lane(slope(f32x4.splat(load<f32>(x + i))), 0);
    store<f32>(out + i, load<f32>(dy + i) * one);
  }
}

/** Beyond this, exp(-x² / 2) is no float32 any more. */
const LIMIT: f32 = 13.2;

function activate(x: v128): v128 {
  const a = f32x4.min(f32x4.abs(x), f32x4.splat(LIMIT));
  return f32x4.mul(f32x4.max(x, f32x4.splat(-LIMIT)), share(x, a, bell(a)));
}

function slope(x: v128): v128 {
  const a = f32x4.min(f32x4.abs(x), f32x4.splat(LIMIT));
  const density = bell(a);
  const near = f32x4.min(f32x4.max(x, f32x4.splat(-LIMIT)), f32x4.splat(LIMIT));
  const growth = f32x4.mul(f32x4.mul(near, density), f32x4.splat(0.3989422804));
  return f32x4.add(share(x, a, density), growth);
}

// Φ(x), from exp(-a² / 2) of a = |x|: what is below -a, or all of 1 but that.
function share(x: v128, a: v128, density: v128): v128 {
  const tail = f32x4.mul(density, tailOverBell(a));
  const above = f32x4.gt(x, f32x4.splat(0));
  return v128.bitselect(f32x4.sub(f32x4.splat(1), tail), tail, above);
}

// exp(-a² / 2): 2^n exp(r) with |r| <= ln 2 / 2. The polynomial is a fit to (exp(r) - 1 - r) / r², within 3e-9 of exp(r).
function bell(a: v128): v128 {
  const t = f32x4.mul(f32x4.mul(a, a), f32x4.splat(-0.5));
  const n = f32x4.nearest(f32x4.mul(t, f32x4.splat(1.44269504089)));
  // ln 2 in two parts: the first has so few digits that its products with n are exact.
  const high = f32x4.sub(t, f32x4.mul(n, f32x4.splat(0.693359375)));
  const r = f32x4.sub(high, f32x4.mul(n, f32x4.splat(-2.12194440e-4)));
  let p = f32x4.splat(0.0013814647682011127);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.008368710055947304));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.04166838526725769));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.1666652113199234));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.4999999403953552));
  p = f32x4.add(f32x4.mul(f32x4.mul(p, r), r), r);
  p = f32x4.add(p, f32x4.splat(1));
  const exponent = i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127));
  return f32x4.mul(p, i32x4.shl(exponent, 23));
}

// Φ(-a) exp(a² / 2) for a in [0, 13.2]: a rational fit, within 5e-9 of it, of positive terms alone.
function tailOverBell(a: v128): v128 {
  let p = f32x4.splat(0.0040116868913173676);
  p = f32x4.add(f32x4.mul(p, a), f32x4.splat(0.03992654010653496));
  p = f32x4.add(f32x4.mul(p, a), f32x4.splat(0.1811351329088211));
  p = f32x4.add(f32x4.mul(p, a), f32x4.splat(0.4354534447193146));
  p = f32x4.add(f32x4.mul(p, a), f32x4.splat(0.5));
  let q = f32x4.splat(0.010055662132799625);
  q = f32x4.add(f32x4.mul(q, a), f32x4.splat(0.1000884622335434));
  q = f32x4.add(f32x4.mul(q, a), f32x4.splat(0.46392738819122314));
  q = f32x4.add(f32x4.mul(q, a), f32x4.splat(1.1937694549560547));
  q = f32x4.add(f32x4.mul(q, a), f32x4.splat(1.6687917709350586));
  q = f32x4.add(f32x4.mul(q, a), f32x4.splat(1));
  return f32x4.div(p, q);
}
