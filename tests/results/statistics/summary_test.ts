import { assertAlmostEquals, assertEquals } from "@std/assert";
import { summarize } from "../../../lib/results/statistics/summary.ts";

Deno.test("summarize() gives mean, sample standard deviation, n and range", () => {
  const summary = summarize([2, 4, 4, 4, 5, 5, 7, 9])!;
  assertEquals([summary.mean, summary.count, summary.minimum, summary.maximum], [5, 8, 2, 9]);
  assertAlmostEquals(summary.deviation!, Math.sqrt(32 / 7), 1e-12); // divisor n - 1, not n
});

Deno.test("summarize() knows no deviation of one value and nothing of none", () => {
  assertEquals(summarize([3]), {
    mean: 3,
    deviation: null,
    margin: null,
    count: 1,
    minimum: 3,
    maximum: 3,
  });
  assertEquals(summarize([]), null);
});

Deno.test("summarize() keeps small differences of large values", () => {
  assertAlmostEquals(
    summarize([1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16])!.deviation!,
    Math.sqrt(30),
    1e-9,
  );
});

Deno.test("summarize() does not hide a NaN", () => {
  assertEquals(summarize([1, NaN])!.mean, NaN);
});

Deno.test("summarize() gives scipy's 95% t-interval, and none below three values", () => {
  // scipy 1.17.1: stats.t.interval(0.95, 4, loc=mean, scale=stats.sem(values))
  const { mean, margin } = summarize([66.1, 66.9, 65.7, 67.2, 66.4])!;
  assertAlmostEquals(mean - margin!, 65.71190388127592, 1e-6);
  assertAlmostEquals(mean + margin!, 67.20809611872407, 1e-6);
  assertEquals(summarize([1, 2])!.margin, null);
});
