/** bfloat16, in numbers of float64. */

import { assert } from "@std/assert";

/** The nearest number of 8 significant bits, the even one of two: what bfloat16 keeps. */
export function roundToBfloat16(value: number): number {
  if (value === 0) return 0;
  const unit = 2 ** (Math.floor(Math.log2(Math.abs(value))) - 7);
  const below = Math.floor(value / unit);
  const rest = value / unit - below;
  const isUp = rest > 0.5 || (rest === 0.5 && below % 2 !== 0);
  return (below + Number(isUp)) * unit;
}

/** Within half of the last digit, and what float32 leaves of sums around 10 that cancel. */
export function assertOneRounding(values: readonly number[], expected: readonly number[]): void {
  for (const [i, value] of expected.entries()) {
    const allowed = Math.abs(value) * 2 ** -8 + 1e-5 / 60;
    assert(Math.abs(values[i]! - value) <= allowed, `[${i}] is ${values[i]}, not ${value}`);
  }
}
