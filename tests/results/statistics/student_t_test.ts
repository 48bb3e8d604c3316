import { assertAlmostEquals } from "@std/assert";
import { twoSided95, twoSidedTail } from "../../../lib/results/statistics/student_t.ts";

Deno.test("quantiles of Student's t are scipy's", () => {
  // scipy 1.17.1: stats.t.ppf(0.975, n)
  const expected: [number, number][] = [
    [1, 12.706204736174694],
    [2, 4.302652729749462],
    [3, 3.1824463052837078],
    [4, 2.7764451051977934],
    [9, 2.262157162798205],
    [30, 2.0422724563012378],
    [100, 1.9839715185235518],
  ];
  for (const [n, quantile] of expected) assertAlmostEquals(twoSided95(n), quantile, 1e-6, `${n}`);
});

Deno.test("tails of Student's t are scipy's, far ones too", () => {
  // scipy 1.17.1: 2 * stats.t.sf(t, n)
  const expected: [number, number, number][] = [
    [0.5, 2, 0.6666666666666667],
    [2.5, 4, 0.06676654481198814],
    [-2.5, 4, 0.06676654481198814],
    [12, 4, 0.000276428548502973],
    [3, 30, 0.005389964065651945],
  ];
  for (const [t, n, tail] of expected) {
    assertAlmostEquals(twoSidedTail(t, n) / tail, 1, 1e-6, `${t}, ${n}`);
  }
});
