/** Two methods over the seeds that both were run with. */

import { twoSidedTail } from "./student_t.ts";
import { FEWEST_RUNS, summarize } from "./summary.ts";

/** Values of one method by seed. */
export type BySeed = ReadonlyMap<number, number>;

/** What the differences of two methods, seed by seed, say. */
export interface PairedTest {
  /** Seeds that both have. */
  readonly count: number;
  /** Mean of first less second. */
  readonly difference: number;
  /** Half of its 95% interval. */
  readonly margin: number;
  /** Probability of a difference at least as large if there were none: a two-sided paired t-test. */
  readonly pValue: number;
}

/**
 * Paired t-test over common seeds: t = mean(d) / (s(d) / √n) with d the difference of a seed, n - 1 degrees of freedom.
 *
 * @returns `null` if fewer than `FEWEST_RUNS` seeds are common, or a value is NaN: too few to tell.
 */
export function testPaired(first: BySeed, second: BySeed): PairedTest | null {
  const seeds = listCommonSeeds(first, second);
  const summary = summarize(seeds.map((seed) => first.get(seed)! - second.get(seed)!));
  if (summary === null || summary.count < FEWEST_RUNS || Number.isNaN(summary.mean)) return null;
  const { mean, deviation, margin, count } = summary;
  const t = mean / (deviation! / Math.sqrt(count));
  const pValue = deviation === 0 ? (mean === 0 ? 1 : 0) : twoSidedTail(t, count - 1);
  return { count, difference: mean, margin: margin!, pValue };
}

/** The seeds that both have, in the first's order. */
export function listCommonSeeds(first: BySeed, second: BySeed): number[] {
  return [...first.keys()].filter((seed) => second.has(seed));
}

/** Whether the first is ahead of the second beyond the 95% interval of their difference. */
export function leads(first: BySeed, second: BySeed): boolean {
  const test = testPaired(first, second);
  return test !== null && test.difference > test.margin;
}
