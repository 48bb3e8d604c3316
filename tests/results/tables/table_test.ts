import { assertAlmostEquals, assertEquals } from "@std/assert";
import { buildMetricTable } from "../../../lib/results/tables/metric_table.ts";
import { buildOverviewTables } from "../../../lib/results/tables/overview_table.ts";
import type { ResultRow } from "../../../lib/results/rows/row.ts";
import { splitIntoScopes } from "../../../lib/results/tables/scope.ts";
import { buildSelectionTable } from "../../../lib/results/tables/selection_table.ts";
import { buildPaperTables } from "../../../lib/results/tables/paper_table.ts";
import { metricCell } from "../../../lib/results/tables/table_parts.ts";
import { buildSweepTables } from "../../../lib/results/tables/sweep_table.ts";
import { formatLatex } from "../../../lib/results/tables/format_latex.ts";
import {
  formatHeading,
  formatRunCount,
  markBest,
  type Table,
  type TableCell,
} from "../../../lib/results/tables/table.ts";
import { syntheticGrid, syntheticRow, syntheticRun } from "../synthetic_rows.ts";

const scopeOf = (rows: readonly ResultRow[]) => splitIntoScopes(rows)[0]!;
const titlesOf = (table: Table) => table.sections.map(({ title }) => title);
const cell = (...values: number[]): TableCell => ({
  mean: values.reduce((sum, value) => sum + value, 0) / values.length,
  deviation: null,
  margin: null,
  count: values.length,
  bySeed: new Map(values.map((value, seed) => [seed, value])),
  isBest: false,
});
const bestOf = (...cells: (TableCell | null)[]) => {
  const rows = cells.map((cell) => ({ label: "", source: null, cells: [cell] }));
  return markBest({ title: null, rows }).rows.map(({ cells }) => cells[0]?.isBest ?? false);
};

Deno.test("the best of a block is what leads beyond the interval of the difference, else all that tie", () => {
  const [low, high] = [cell(50, 52, 54), cell(60, 62.1, 64)];
  assertEquals(bestOf(low, high, null), [false, true, false]);
  assertEquals(bestOf(low, cell(50, 52, 55)), [true, true]); // a third of a point, and no two seeds agree
  assertEquals(bestOf(low, cell(60, 62), high), [false, false, true]); // two seeds take no part
  assertEquals(bestOf(cell(50, 51), cell(90, 91)), [false, false]);
  assertEquals(bestOf(high, cell(NaN, 1, 2)), [false, false]); // alone, it is the best of nothing
  assertEquals(bestOf(high), [false]);
});

Deno.test("what has too few seeds in common with the best is neither bold nor beaten", () => {
  const other = (seeds: readonly number[], value: number): TableCell => ({
    ...cell(value, value, value),
    bySeed: new Map(seeds.map((seed) => [seed, value + seed / 10])),
  });
  const [high, low] = [other([0, 1, 2], 90), other([3, 4, 5], 10)];
  assertEquals(bestOf(high, low), [false, false]); // two seeds apart, or three: nobody can tell
  assertEquals(bestOf(high, other([0, 1, 9], 10)), [false, false]);
  assertEquals(bestOf(high, low, other([2, 1, 0, 7], 50)), [true, false, false]);
  assertEquals(bestOf(high, other([0, 1, 2], 90), other([7, 8, 9], 91)), [false, false, false]);
});

Deno.test("a run without a metric is in none of its cell's numbers, seeds and links", () => {
  const rows = [60, null, 50, 55].map((recall, seed) =>
    syntheticRow({ seed, r_precision: recall })
  );
  const found = metricCell(rows, "r_precision")!;
  assertEquals([found.mean, found.count, [...found.bySeed]], [55, 3, [[0, 60], [2, 50], [3, 55]]]);
  assertEquals(found.runIds, [0, 2, 3].map((seed) => rows[seed]!.run_id));
});

Deno.test("a cell is mean, sample deviation and n over the seeds of one loss and selection", () => {
  const rows = [60, 61, 65].map((recall, seed) => syntheticRow({ seed, recall_at_1: recall }));
  const other = syntheticRow({ seed: 0, selection: "best_on_test", recall_at_1: 90 });
  const table = buildMetricTable(scopeOf([...rows, other]));
  const final = table.sections.find(({ title }) => title === "Final epoch")!.rows[0]!;
  assertEquals([final.cells[0]!.mean, final.cells[0]!.count], [62, 3]);
  assertAlmostEquals(final.cells[0]!.deviation!, Math.sqrt((4 + 1 + 9) / 2), 1e-12);
});

Deno.test("the untrained network comes first, then the paper's choice of epoch, then the final one", () => {
  const runs = [syntheticRun({}), syntheticRun({ loss: "proxy_anchor" })];
  const table = buildMetricTable(scopeOf(runs.flatMap(({ rows }) => rows)));
  assertEquals(table.sections[0]!.rows.map(({ label }) => label), ["Untrained network"]);
  assertEquals(titlesOf(table), [
    null,
    "Epoch with the best Recall@1 on the test set, as the authors' code reports",
    "Final epoch",
    "Published, on the full-size dataset and other networks: not comparable with the miniature",
  ]);
});

Deno.test("a miniature's table quotes the losses that it has rows of alone", () => {
  const table = buildMetricTable(scopeOf(syntheticRun({}).rows));
  assertEquals(titlesOf(table).some((title) => title?.startsWith("Published")), false);
});

Deno.test("protocol corrected shows final, held out and best on test, in this order and side by side", () => {
  const scoped = scopeOf(syntheticRun({ protocol: "corrected" }).rows);
  assertEquals(titlesOf(buildMetricTable(scoped)).slice(1, 4), [
    "Final epoch",
    "Epoch chosen on held-out training classes",
    "Epoch with the best Recall@1 on the test set (optimistic: chosen by what it reports)",
  ]);
  const table = buildSelectionTable(scoped);
  assertEquals(table.columns.map(({ header }) => header), [
    "final epoch",
    "held out",
    "best on test",
  ]);
  assertEquals(titlesOf(table), ["R@1", "R@2", "R@4", "R@8", "MAP@R", "R-Prec."]);
  const recallOf = (selection: string) =>
    scoped.rows.find((row) => row.selection === selection)!.recall_at_1;
  assertEquals(
    table.sections[0]!.rows.find(({ label }) => label === "Proxy-AN")!.cells.map((cell) =>
      cell!.mean
    ),
    ["final", "held_out", "best_on_test"].map((selection) => recallOf(selection)!),
  );
});

Deno.test("columns are the metrics that the dataset has, and a missing one leaves an empty cell", () => {
  const inShop = syntheticRow({
    recall_at_2: null,
    recall_at_4: null,
    recall_at_8: null,
    recall_at_10: 80,
  });
  const table = buildMetricTable(scopeOf([
    inShop,
    { ...inShop, loss: "proxy_nca", run_id: "other", group_hash: "other", recall_at_10: null },
  ]));
  assertEquals(table.columns.map(({ header }) => header), ["R@1", "R@10", "MAP@R", "R-Prec."]);
  const nca = table.sections.flatMap(({ rows }) => rows).find(({ label }) =>
    label === "Proxy-NCA"
  )!;
  assertEquals(nca.cells[1], null);
});

Deno.test("profile paper stands beside everything published on the same network, with sources", () => {
  const row = syntheticRow({
    profile: "paper",
    dataset: "cars196",
    backbone: "resnet50",
    embedding_size: 512,
  });
  const table = buildMetricTable(scopeOf([row]));
  const published = table.sections.at(-1)!;
  assertEquals(published.title, "Published by others, on the same network");
  const anchor = published.rows.find(({ label }) => label.startsWith("Proxy-Anchor"))!;
  assertEquals(anchor.label, "Proxy-Anchor (ResNet-50, D = 512)");
  assertEquals(anchor.cells.map((cell) => cell?.mean ?? null), [
    87.7,
    92.7,
    95.5,
    97.3,
    null,
    null,
  ]);
  assertEquals(anchor.source, "Proxy-Anchor authors' repository, README");
  assertEquals(published.rows.every(({ label }) => label.includes("ResNet-50")), true);
  assertEquals(table.caption.includes("miniature"), false);
});

Deno.test("every table of a miniature says so, and only Proxy-NCA and Proxy-Anchor are quoted beside it", () => {
  const { rows } = syntheticGrid();
  const scopes = splitIntoScopes(rows);
  const tables = [
    ...scopes.flatMap((scoped) => [
      buildMetricTable(scoped),
      buildSelectionTable(scoped),
      ...(scoped.scope.setting === "full" ? [] : buildSweepTables(scoped.rows)),
    ]),
    ...buildOverviewTables(rows.filter(({ setting }) => setting === "full")),
  ];
  for (const { caption, stem } of tables) assertEquals(caption.includes("miniature"), true, stem);
  const quoted = tables.flatMap(({ sections }) => sections.flatMap(({ rows }) => rows))
    .filter(({ source }) => source !== null);
  assertEquals(quoted.length > 0, true);
  assertEquals(quoted.every(({ label }) => /^Proxy-(NCA|Anchor) \(/.test(label)), true);
});

Deno.test("a sweep has both datasets in one table, a column per rate, a block per metric and choice of epoch", () => {
  const row = (rate: number, recall_at_1: number, change: Partial<ResultRow> = {}) =>
    syntheticRow({ setting: "partial", rate, recall_at_1, map_at_r: recall_at_1 / 2, ...change });
  const [table, ...others] = buildSweepTables([
    row(0.5, 50),
    row(1, 60),
    row(0.1, 30),
    row(0.5, 40, { loss: "proxy_nca" }),
    row(0.5, 45, { alpha: 12 }),
    row(0.3, 20, { dataset: "cars196" }),
  ]);
  assertEquals([others, table!.stem], [
    [],
    "mini-sweep-cub200-cars196-partial-published-resnet_mini",
  ]);
  assertEquals(table!.columns.map(formatHeading), [
    ...["0.1", "0.5", "1"].map((rate) => `CUB-200-2011 miniature rate ${rate}`),
    "Cars-196 miniature rate 0.3",
  ]);
  assertEquals(titlesOf(table!), [
    "R@1: Final epoch",
    "MAP@R: Final epoch",
    "R-Prec.: Final epoch",
  ]);
  const means = (block: number) =>
    table!.sections[block]!.rows.map(({ label, cells }) =>
      [label, ...cells.map((cell) => cell?.mean ?? null)].join()
    );
  assertEquals(means(0), [
    "Proxy-AN, α = 32,30,50,60,20",
    "Proxy-NCA,,40,,",
    "Proxy-AN, α = 12,,45,,",
  ]);
  assertEquals(means(1)[0], "Proxy-AN, α = 32,15,25,30,10");
});

Deno.test("papers' tables have two datasets side by side, every metric, and a block for each network", () => {
  const rows = [
    ...syntheticRun({}).rows,
    ...syntheticRun({ dataset: "cars196" }).rows,
    ...syntheticRun({ loss: "proxy_nca", alpha: null, margin: null }).rows,
    ...syntheticRun({ backbone: "resnet50", embedding_size: 512 }).rows,
    ...syntheticRun({ dataset: "in_shop" }).rows,
    ...syntheticRun({ weights_hash: "ab".repeat(32), weights_name: "w.pth" }).rows,
  ];
  const tables = buildPaperTables(splitIntoScopes(rows).flatMap(({ rows }) => rows));
  assertEquals(tables.map(({ stem }) => stem).sort(), [
    "mini-paper-cub200-cars196-published-pretrained",
    "mini-paper-cub200-cars196-published-random_weights",
    "mini-paper-sop-in_shop-published-random_weights",
  ]);
  const table = tables.find(({ stem }) =>
    stem === "mini-paper-cub200-cars196-published-random_weights"
  )!;
  assertEquals(table.columns.map(({ group }) => group), [
    ...Array(6).fill("CUB-200-2011 miniature"),
    ...Array(6).fill("Cars-196 miniature"),
  ]);
  assertEquals(titlesOf(table), [
    "ResNet-50, D = 512, random first weights",
    "ResNet-mini, D = 64, random first weights",
  ]);
  const mini = table.sections[1]!.rows;
  assertEquals(mini.map(({ label }) => label), ["Untrained network", "Proxy-AN", "Proxy-NCA"]);
  assertEquals(mini[2]!.cells.slice(6), Array(6).fill(null)); // Proxy-NCA was not run on Cars
  assertEquals(
    formatLatex(table).includes(
      " & \\multicolumn{6}{c}{CUB-200-2011 miniature} & \\multicolumn{6}{c}{Cars-196 miniature} & \\\\\n" +
        "\\cmidrule(lr){2-7} \\cmidrule(lr){8-13}\n",
    ),
    true,
  );
});

Deno.test("beside the paper's datasets, papers' tables show what was published, and what is not available", () => {
  const change = {
    profile: "paper",
    backbone: "resnet50",
    embedding_size: 512,
    weights_hash: "ab".repeat(32),
  };
  const rows = [
    ...syntheticRun(change).rows,
    ...syntheticRun({ ...change, dataset: "cars196" }).rows,
  ];
  const [table] = buildPaperTables(rows);
  const published = table!.sections[1]!;
  assertEquals(published.title, "Published by others, on the same network");
  const own = published.rows.find(({ label }) => label.startsWith("Proxy-AN"))!;
  assertEquals(own.label, "Proxy-AN (ResNet-50, D = 512): not available");
  const hist = published.rows.find(({ label }) => label.startsWith("HIST"))!; // 71.4 and 89.6, one source
  assertEquals([hist.cells[0]!.mean, hist.cells[6]!.mean], [71.4, 89.6]);
});

Deno.test("the overview has datasets as columns and leaves those without a run empty", () => {
  const rows = [
    ...syntheticRun({}).rows,
    ...syntheticRun({ dataset: "in_shop", loss: "proxy_nca" }).rows,
  ];
  const [table, ...others] = buildOverviewTables(splitIntoScopes(rows).flatMap(({ rows }) => rows));
  assertEquals(others, []);
  assertEquals(table!.columns.map(({ header }) => header), [
    "CUB-200-2011 miniature",
    "In-Shop miniature",
  ]);
  const [an, nca] = table!.sections[1]!.rows;
  assertEquals([an!.label, an!.cells[1], nca!.label, nca!.cells[0]], [
    "Proxy-AN",
    null,
    "Proxy-NCA",
    null,
  ]);
});

Deno.test("a row's n is a number, or a range where its cells differ", () => {
  const row = (...counts: (number | null)[]) => ({
    label: "",
    source: null,
    cells: counts.map((count) => count === null ? null : { ...cell(1), count }),
  });
  assertEquals(formatRunCount(row(2, null, 2)), "2");
  assertEquals(formatRunCount(row(3, 1)), "1–3");
  assertEquals(formatRunCount(row(null)), "");
});
