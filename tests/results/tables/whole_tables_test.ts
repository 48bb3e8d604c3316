import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { ResultRow } from "../../../lib/results/rows/row.ts";
import { drawSelectionBias } from "../../../lib/results/pictures/selection_bias_chart.ts";
import { buildComparisonTable, queriesKey } from "../../../lib/results/tables/comparison_table.ts";
import { buildCostsTable } from "../../../lib/results/tables/costs_table.ts";
import { buildSelectionBiasTable } from "../../../lib/results/tables/selection_bias_table.ts";
import {
  formatTextCsv,
  formatTextLatex,
  formatTextMarkdown,
  type TextTable,
} from "../../../lib/results/tables/text_table.ts";
import { syntheticRow } from "../synthetic_rows.ts";

/** Cells of a row, by heading. */
function cellsOf(table: TextTable, row: number): Record<string, string | number | null> {
  return Object.fromEntries(table.columns.map(({ header }, i) => [header, table.rows[row]![i]!]));
}

const choice = (seed: number, selection: string, recall_at_1: number) =>
  syntheticRow({ protocol: "corrected", seed, selection, recall_at_1 });

Deno.test("selection bias is the mean over runs of the difference within each run", () => {
  const rows = [
    ...[choice(1, "final", 50), choice(1, "held_out", 52), choice(1, "best_on_test", 53)],
    ...[choice(2, "final", 60), choice(2, "held_out", 61), choice(2, "best_on_test", 65)],
    choice(3, "final", 70), // its best is not there: the run takes no part
  ];
  const table = buildSelectionBiasTable(rows);
  const cells = cellsOf(table, 0);
  assertEquals([cells.Dataset, cells.Metric], ["CUB-200-2011 miniature", "R@1"]);
  assertEquals([cells["best on test − final"], cells["best on test − final: runs"]], [4, 2]);
  assertEquals([cells["best on test − held out"], cells["held out − final"]], [2.5, 1.5]);
  assertEquals(cells["best on test − final: margin"], null); // two runs are too few
  const picture = drawSelectionBias(rows)!;
  for (const label of ["best on test − final", "held out − final", "cub200 C"]) {
    assertEquals(picture.includes(`>${label}</text>`), true, label);
  }
  assertEquals(drawSelectionBias([choice(1, "final", 50)]), null);
});

Deno.test("costs are those of every run once, and of the rows that say them", () => {
  const run = (seed: number, change: Partial<ResultRow>) =>
    ["untrained", "final", "best_on_test"].map((selection) =>
      syntheticRow({ seed, selection, wall_seconds: selection === "final" ? 3600 : 1, ...change })
    );
  const rows = [
    ...run(1, { evaluation_seconds: 1800, energy_joules: 7.2e6, peak_memory_bytes: 2 ** 31 }),
    ...run(2, { evaluation_seconds: 1800, peak_memory_bytes: 2 ** 30 }),
    ...run(3, { dataset: "sop" }),
  ];
  const table = buildCostsTable(rows);
  const costs = (row: number) => table.rows[row]!.slice(-5);
  assertEquals(costs(0), [2, 2, 1, 2, 2]);
  assertEquals(costs(1), [1, 1, null, null, null]);
  assertEquals([table.rows[2]![0], ...costs(2)], ["All", 3, 3, 1, 2, 2]);
  assertEquals(buildCostsTable([]).rows, []);
});

const method = (loss: string, ...recalls: number[]) =>
  recalls.map((recall_at_1, seed) =>
    syntheticRow({ loss, seed, selection: "best_on_test", recall_at_1, map_at_r: null })
  );

Deno.test("losses are compared over common seeds, and query by query where the runs have their queries", () => {
  const rows = [...method("proxy_an", 66, 67, 65, 70), ...method("proxy_anchor", 65, 65.5, 64.6)];
  const cells = cellsOf(buildComparisonTable(rows), 0);
  assertEquals([cells.First, cells.Second, cells.Seeds], ["Proxy-AN", "Proxy-Anchor", 3]);
  assertAlmostEquals(cells.Difference as number, (1 + 1.5 + 0.4) / 3, 1e-9);
  assertAlmostEquals(cells.p as number, 0.09330717075295132, 1e-8); // scipy 1.17.1: stats.ttest_rel
  assertEquals(cells["By class: low"], null);
  const queries = new Map(rows.map((row) => [
    queriesKey(row),
    Array.from({ length: 40 }, (_, query) => ({
      query,
      classIndex: Math.floor(query / 2),
      firstHitRank: row.loss === "proxy_an" || query % 4 === 0 ? 1 : 9,
      averagePrecisionAtR: 0,
      precisionAtR: 0,
    })),
  ]));
  const resampled = cellsOf(buildComparisonTable(rows, queries), 0);
  assertEquals(resampled.Classes, 20);
  // half of the classes gain 50 points, half gain 100: about 75 in the mean
  assertEquals((resampled["By class: low"] as number) > 60, true);
  assertEquals((resampled["By class: high"] as number) < 90, true);
  assertEquals(buildComparisonTable(rows, queries), buildComparisonTable(rows, queries));
});

Deno.test("two seeds are too few to compare, and two scopes are never compared", () => {
  const rows = [...method("proxy_an", 66, 67), ...method("proxy_anchor", 65, 65.5)];
  const cells = cellsOf(buildComparisonTable(rows), 0);
  assertEquals([cells.Margin, cells.p, cells.Seeds], ["too few", "too few", 2]);
  const apart = [...method("proxy_an", 66), ...method("proxy_anchor", 65)];
  apart[1] = syntheticRow({ ...apart[1], run_id: "", weights_hash: "ab".repeat(32) });
  assertEquals(buildComparisonTable(apart).rows, []);
});

Deno.test("tables of texts are Markdown, LaTeX and CSV, with what markup would take escaped", () => {
  const table: TextTable = {
    stem: "x",
    title: "A_B",
    caption: "50 %",
    columns: [{ header: "Name" }, { header: "Value", decimals: 1 }],
    rows: [["a|b & c", 1.26], ["γ = 1", null]],
  };
  assertEquals(
    formatTextMarkdown(table),
    "# A\\_B\n\n50 %\n\n| Name | Value |\n| --- | ---: |\n| a\\|b & c | 1.3 |\n| γ = 1 |  |\n",
  );
  assertEquals(formatTextCsv(table), "Name,Value\r\na|b & c,1.26\r\nγ = 1,\r\n");
  const latex = formatTextLatex(table);
  assertEquals(latex.includes("\\caption{50 \\%}\\label{tab:x} \\\\\n"), true);
  assertEquals(latex.includes("a|b \\& c & 1.3 \\\\\n$\\gamma$ = 1 &  \\\\\n"), true);
});
