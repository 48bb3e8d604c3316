/** Student's t distribution, from jStat. */

import jStat from "jstat";

/** What is used of jStat, which has no types of its own. */
interface StudentT {
  inv(probability: number, degreesOfFreedom: number): number;
  cdf(value: number, degreesOfFreedom: number): number;
}

const { studentt } = jStat as unknown as { readonly studentt: StudentT };

/** The t that 95% of the distribution lie within, on both sides of 0: the factor of a 95% interval. */
export function twoSided95(degreesOfFreedom: number): number {
  return studentt.inv(0.975, degreesOfFreedom);
}

/** The probability of a value at least as far from 0 as `t`. */
export function twoSidedTail(t: number, degreesOfFreedom: number): number {
  return 2 * studentt.cdf(-Math.abs(t), degreesOfFreedom); // the lower tail keeps its digits, 1 less the upper does not
}
