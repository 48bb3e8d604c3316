/** Mean, spread and interval over seeds. */

import { max, mean, min, sampleStandardDeviation } from "simple-statistics";
import { twoSided95 } from "./student_t.ts";

/** Fewer values than these say nothing of how far a mean can be trusted: no interval, and no best. */
export const FEWEST_RUNS = 3;

/** What is known of one number over several runs. */
export interface Summary {
  /** Arithmetic mean. */
  readonly mean: number;
  /** Sample standard deviation, with the divisor n - 1; `null` for one value. */
  readonly deviation: number | null;
  /** Half of the 95% t-interval of the mean, t(0.975, n - 1) · deviation / √n; `null` below `FEWEST_RUNS` values. */
  readonly margin: number | null;
  /** n. */
  readonly count: number;
  /** Smallest value. */
  readonly minimum: number;
  /** Largest value. */
  readonly maximum: number;
}

/**
 * Mean, sample standard deviation, 95% interval and range.
 *
 * @returns `null` for no values. NaN among the values makes every number NaN.
 */
export function summarize(values: readonly number[]): Summary | null {
  const count = values.length;
  if (count === 0) return null;
  const data = [...values];
  if (data.some(Number.isNaN)) return withoutNumbers(count);
  const deviation = count === 1 ? null : sampleStandardDeviation(data);
  return {
    mean: mean(data),
    deviation,
    margin: count < FEWEST_RUNS ? null : twoSided95(count - 1) * deviation! / Math.sqrt(count),
    count,
    minimum: min(data),
    maximum: max(data),
  };
}

function withoutNumbers(count: number): Summary {
  return {
    mean: NaN,
    deviation: count === 1 ? null : NaN,
    margin: count < FEWEST_RUNS ? null : NaN,
    count,
    minimum: NaN,
    maximum: NaN,
  };
}
