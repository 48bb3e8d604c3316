import { assertEquals, assertThrows } from "@std/assert";
import { DATASETS } from "../../lib/dataset/datasets.ts";
import { InputError } from "../../lib/errors.ts";
import {
  checkRecallColumns,
  findMetric,
  meanPercent,
  METRICS,
  recallMetric,
} from "../../lib/eval/metric_definitions.ts";
import { measurePrecision, summarizeRankings } from "../../lib/eval/metrics.ts";
import { assertAllClose } from "../support/close.ts";

Deno.test("measurePrecision() worked by hand: hits at 2 and 3 of R = 3, one beyond R", () => {
  const ranking = measurePrecision([2, 3, 4], 3);
  assertAllClose([ranking.averagePrecisionAtR], [(1 / 2 + 2 / 3) / 3], 1e-12);
  assertAllClose([ranking.precisionAtR], [2 / 3], 1e-12);
});

Deno.test("measurePrecision() of a perfect list is 1, of one without hits 0", () => {
  assertEquals(measurePrecision([1, 2], 2), { averagePrecisionAtR: 1, precisionAtR: 1 });
  assertEquals(measurePrecision([], 2), { averagePrecisionAtR: 0, precisionAtR: 0 });
});

Deno.test("measurePrecision() does not count hits beyond R", () => {
  assertEquals(measurePrecision([3, 4], 2), { averagePrecisionAtR: 0, precisionAtR: 0 });
});

Deno.test("measurePrecision() takes what is missing from a short list as misses", () => {
  assertEquals(measurePrecision([1, 2], 4), { averagePrecisionAtR: 0.5, precisionAtR: 0.5 });
});

Deno.test("measurePrecision() with nothing to find is NaN", () => {
  assertEquals(measurePrecision([], 0), { averagePrecisionAtR: NaN, precisionAtR: NaN });
});

Deno.test("metrics are means over queries, in percent", () => {
  const rankings = [1, 2].map((rank) => ({
    firstHitRank: rank,
    ...measurePrecision([rank], 2),
  }));
  assertEquals([1, 2].map((k) => meanPercent(recallMetric(k), rankings)), [50, 100]);
  assertEquals(meanPercent(findMetric("map_at_r"), rankings), 100 * (1 / 2 + 1 / 4) / 2);
  assertEquals(meanPercent(findMetric("r_precision"), rankings), 50);
  const metrics = summarizeRankings(rankings, [2, 1], 5);
  assertEquals(metrics.recallAtK, [{ k: 2, percent: 100 }, { k: 1, percent: 50 }]);
  assertEquals([metrics.mapAtR, metrics.rPrecision], [37.5, 50]);
  assertEquals([metrics.queryCount, metrics.leftOutCount], [2, 5]);
});

Deno.test("metrics need a query that counts", () => {
  assertEquals(
    assertThrows(() => summarizeRankings([], [1], 4), InputError).message,
    "Cannot evaluate retrieval as at least one query must have an image to find: it is 0 of 4",
  );
});

Deno.test("no two metrics share a column, and every K of the four datasets has one", () => {
  const columns = METRICS.map(({ column }) => column);
  assertEquals(new Set(columns).size, columns.length);
  for (const { name, recallKs } of DATASETS) checkRecallColumns(recallKs, name);
});

Deno.test("a K without a column is refused where it is chosen", () => {
  assertEquals(
    assertThrows(() => checkRecallColumns([1, 3], "cub200"), InputError).message,
    "cub200: Cannot evaluate Recall@K as results have columns for K of " +
      "1, 2, 4, 8, 10, 20, 30, 40, 50, 100, 1000: it is 3",
  );
});
