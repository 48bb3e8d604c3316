// deno-lint-ignore-file
// @ts-nocheck AssemblyScript: TypeScript's syntax, its own types
// Kernels that take every entry for itself; the activation is in gelu.ts.

/** out = dy where y > 0, else 0. */
export function gateByPositive(dy: usize, y: usize, out: usize, count: i32): void {
  const zero = f32x4.splat(0);
  let i: usize = 0;
  for (; i < <usize> (count & ~3) << 2; i += 16) {
    v128.store(out + i, v128.and(v128.load(dy + i), f32x4.gt(v128.load(y + i), zero)));
  }
  for (; i < <usize> count << 2; i += 4) {
    store<f32>(out + i, load<f32>(y + i) > 0 ? load<f32>(dy + i) : 0);
  }
}

/**
 * AdamW: m' = β₁ m + (1 - β₁) g, v' = β₂ v + (1 - β₂) g², p' = keep · p - stepSize · m' / (sqrt(v') · rootScale + ε), with g
 * clipped to [-clip, clip].
 */
export function updateAdamw(
  p: usize,
  g: usize,
  m: usize,
  v: usize,
  count: i32,
  beta1: f32,
  rest1: f32,
  beta2: f32,
  rest2: f32,
  epsilon: f32,
  keep: f32,
  stepSize: f32,
  rootScale: f32,
  clip: f32,
  nextP: usize,
  nextM: usize,
  nextV: usize,
): void {
  let i: usize = 0;
  for (; i < <usize> (count & ~3) << 2; i += 16) {
    const least = f32x4.splat(-clip);
    const clipped = f32x4.max(f32x4.min(v128.load(g + i), f32x4.splat(clip)), least);
    const first = f32x4.add(
      f32x4.mul(v128.load(m + i), f32x4.splat(beta1)),
      f32x4.mul(clipped, f32x4.splat(rest1)),
    );
    const second = f32x4.add(
      f32x4.mul(v128.load(v + i), f32x4.splat(beta2)),
      f32x4.mul(f32x4.mul(clipped, clipped), f32x4.splat(rest2)),
    );
    const root = f32x4.mul(f32x4.sqrt(second), f32x4.splat(rootScale));
    const ratio = f32x4.div(first, f32x4.add(root, f32x4.splat(epsilon)));
    const kept = f32x4.mul(v128.load(p + i), f32x4.splat(keep));
    v128.store(nextP + i, f32x4.sub(kept, f32x4.mul(ratio, f32x4.splat(stepSize))));
    v128.store(nextM + i, first);
    v128.store(nextV + i, second);
  }
  for (; i < <usize> count << 2; i += 4) {
    const clipped: f32 = max<f32>(min<f32>(load<f32>(g + i), clip), -clip);
    const first: f32 = load<f32>(m + i) * beta1 + clipped * rest1;
    const second: f32 = load<f32>(v + i) * beta2 + clipped * clipped * rest2;
    const divisor: f32 = Mathf.sqrt(second) * rootScale + epsilon;
    store<f32>(nextP + i, load<f32>(p + i) * keep - first / divisor * stepSize);
    store<f32>(nextM + i, first);
    store<f32>(nextV + i, second);
  }
}
