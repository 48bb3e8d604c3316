import { assertEquals, assertThrows } from "@std/assert";
import { summarizeRankings } from "../../../lib/eval/metrics.ts";
import { METRICS } from "../../../lib/eval/metric_definitions.ts";
import { metricCells } from "../../../lib/results/rows/metric_cells.ts";

const RANKINGS = [
  { firstHitRank: 1, averagePrecisionAtR: 0.5, precisionAtR: 0.75 },
  { firstHitRank: 3, averagePrecisionAtR: 0.25, precisionAtR: 0.25 },
];

Deno.test("metricCells() fills the columns of what was computed and leaves the others empty", () => {
  const cells = metricCells(summarizeRankings(RANKINGS, [1, 4], 0));
  const { recall_at_1, recall_at_2, recall_at_4, map_at_r, r_precision } = cells;
  assertEquals([recall_at_1, recall_at_2, recall_at_4], [50, null, 100]);
  assertEquals([map_at_r, r_precision], [37.5, 50]);
  assertEquals(Object.keys(cells), METRICS.map(({ column }) => column));
});

Deno.test("metricCells() of an epoch that was not evaluated are empty", () => {
  assertEquals(Object.values(metricCells(null)).filter((value) => value !== null), []);
});

Deno.test("metricCells() drops no Recall@K in silence", () => {
  assertEquals(
    assertThrows(() => metricCells(summarizeRankings(RANKINGS, [1, 3], 0)), RangeError).message,
    "Cannot store Recall@K as K must be one of 1, 2, 4, 8, 10, 20, 30, 40, 50, 100, 1000: it is 3",
  );
});
