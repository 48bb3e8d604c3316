/** Mean and spread over seeds. */

/** What is known of one number over several runs. */
export interface Summary {
  /** Arithmetic mean. */
  readonly mean: number;
  /** Sample standard deviation, with the divisor n - 1; `null` for one value. */
  readonly deviation: number | null;
  /** n. */
  readonly count: number;
  /** Smallest value. */
  readonly minimum: number;
  /** Largest value. */
  readonly maximum: number;
}

/**
 * Mean, sample standard deviation sqrt(Σ (x - mean)² / (n - 1)) and range.
 *
 * @returns `null` for no values. NaN among the values makes every number NaN.
 */
export function summarize(values: readonly number[]): Summary | null {
  const count = values.length;
  if (count === 0) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    mean,
    deviation: count === 1 ? null : Math.sqrt(squares / (count - 1)),
    count,
    minimum: Math.min(...values),
    maximum: Math.max(...values),
  };
}
