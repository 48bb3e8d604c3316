/** Central differences of a float64 reference. */

/** Gradient of `f` at `x`, entry by entry, by (f(x + h) - f(x - h)) / 2h. */
export function measureGradient(
  f: (x: number[]) => number,
  x: ArrayLike<number>,
  step = 1e-5,
): number[] {
  const at = Array.from(x);
  return at.map((value, i) => {
    at[i] = value + step;
    const above = f(at);
    at[i] = value - step;
    const below = f(at);
    at[i] = value;
    return (above - below) / (2 * step);
  });
}

/** Σ a_i b_i */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
