/** Comparison of numeric arrays with one tolerance for the whole array. */

import { AssertionError } from "@std/assert";

type Numbers = ArrayLike<number>;

/**
 * Fails unless |actual - expected| <= tolerance · max(1e-12, max |expected|) for every entry; NaN equals only NaN.
 *
 * @param tolerance Relative to the largest expected magnitude, so that zeros among large numbers do not fail on rounding.
 */
export function assertAllClose(
  actual: Numbers,
  expected: Numbers,
  tolerance = 1e-4,
  name = "values",
): void {
  if (actual.length !== expected.length) {
    throw new AssertionError(
      `${name}: ${actual.length} entries, expected ${expected.length}`,
    );
  }
  const scale = Array.from(expected).reduce((largest, x) => Math.max(largest, Math.abs(x)), 1e-12);
  for (let i = 0; i < expected.length; i++) {
    const [a, e] = [actual[i]!, expected[i]!];
    if (Number.isNaN(a) && Number.isNaN(e)) continue;
    if (!(Math.abs(a - e) <= tolerance * scale)) {
      throw new AssertionError(
        `${name}[${i}] is ${a}, expected ${e} within ${tolerance} of ${scale}`,
      );
    }
  }
}
