import { assertAlmostEquals, assertEquals } from "@std/assert";
import { findMetric } from "../../../lib/eval/metric_definitions.ts";
import { RandomStream } from "../../../lib/random_stream.ts";
import { bootstrapByClass } from "../../../lib/results/statistics/class_bootstrap.ts";

/** Four queries of each of 40 classes; `isHit` says which of them find their class first. */
function results(isHit: (query: number) => boolean) {
  return Array.from({ length: 160 }, (_, query) => ({
    query,
    classIndex: Math.floor(query / 4),
    firstHitRank: isHit(query) ? 1 : 2,
    averagePrecisionAtR: NaN,
    precisionAtR: 0,
  }));
}

const RECALL = findMetric("recall_at_1");
const stream = () => RandomStream.named(1, "bootstrap");

Deno.test("bootstrapByClass() resamples classes: their spread decides, not the number of queries", () => {
  // Half of the classes gain all their four queries, half gain none: mean 50, and the standard error of a mean of 40 draws
  // of 0 or 100 is 50 / sqrt(40) = 7.9, so that 95% lie within 1.96 of them: 34.5 to 65.5.
  const better = results((query) => Math.floor(query / 4) % 2 === 0);
  const bootstrap = bootstrapByClass(better, results(() => false), RECALL, stream())!;
  assertEquals([bootstrap.difference, bootstrap.queryCount, bootstrap.classCount], [50, 160, 40]);
  assertAlmostEquals(bootstrap.low, 34.5, 2.6);
  assertAlmostEquals(bootstrap.high, 65.5, 2.6);
});

Deno.test("bootstrapByClass() gives the same interval for the same stream", () => {
  const [a, b] = [results((query) => query % 3 === 0), results((query) => query % 5 === 0)];
  assertEquals(bootstrapByClass(a, b, RECALL, stream()), bootstrapByClass(a, b, RECALL, stream()));
});

Deno.test("bootstrapByClass() tells nothing of too few classes and of NaN", () => {
  const few = results(() => true).slice(0, 36); // nine classes
  assertEquals(bootstrapByClass(few, few, RECALL, stream()), null);
  const all = results(() => true);
  assertEquals(bootstrapByClass(all, all, findMetric("map_at_r"), stream()), null);
});
