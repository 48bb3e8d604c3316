/** Every table and picture as named text: the same rows give the same bytes. */

import type { EpochRow } from "../rows/epoch_row.ts";
import { buildClaimsTable } from "./claims_table.ts";
import { buildComparisonTable, type QueriesOfRuns } from "./comparison_table.ts";
import { buildCostsTable } from "./costs_table.ts";
import { drawSelectionBias } from "../pictures/selection_bias_chart.ts";
import { buildSelectionBiasTable } from "./selection_bias_table.ts";
import { formatTableCsv } from "./format_csv.ts";
import { formatLatex } from "./format_latex.ts";
import { formatMarkdown } from "./format_markdown.ts";
import { buildMetricTable } from "./metric_table.ts";
import { buildOverviewTables } from "./overview_table.ts";
import { drawRecallCurves } from "../pictures/recall_curves.ts";
import { drawRecallOverGamma, drawRecallOverRate } from "../pictures/recall_over_setting.ts";
import type { FrozenRow } from "../rows/frozen_row.ts";
import type { ResultRow } from "../rows/row.ts";
import type { TrialRow } from "../rows/trial_row.ts";
import { formatScope, type ScopedRows, splitIntoScopes } from "./scope.ts";
import { buildSelectionTable } from "./selection_table.ts";
import { buildPaperTables } from "./paper_table.ts";
import { asRateOne, buildSweepTables } from "./sweep_table.ts";
import type { Table } from "./table.ts";
import { buildTrialsTable } from "./trials_table.ts";
import {
  formatTextCsv,
  formatTextLatex,
  formatTextMarkdown,
  type TextTable,
} from "./text_table.ts";
import { formatTablesIndex } from "./tables_index.ts";

/** One generated file. */
export interface TableFile {
  /** Name below the folder of tables. */
  readonly name: string;
  /** UTF-8. */
  readonly content: string;
}

/** What tables show beside the rows of runs. */
export interface Beside {
  /** Results of queries, where runs have them. @default none */
  readonly queries?: QueriesOfRuns;
  /** What networks find without training. @default none */
  readonly frozen?: readonly FrozenRow[];
  /** What was tried on held-out training classes. @default none */
  readonly trials?: readonly TrialRow[];
}

/**
 * Formats all tables, pictures and their index.
 *
 * @param rows Rows of all settings, in any order.
 * @param epochs Rows of `epochs.csv` by run id.
 * @returns Files in a fixed order, the index last.
 */
export function formatTableFiles(
  rows: readonly ResultRow[],
  epochs: ReadonlyMap<string, readonly EpochRow[]>,
  beside: Beside = {},
): TableFile[] {
  const { sorted, fullRows, wholes, overviews, paired, scopes } = buildAllTables(rows, beside);
  const entries = scopes.map(({ scoped, tables }) => ({
    scope: scoped.scope,
    tables,
    pictures: drawPictures(scoped, fullRows, epochs),
  }));
  const bias = toFile("selection_bias.svg", drawSelectionBias(sorted));
  return [
    ...wholes.flatMap(formatTextTable),
    ...bias,
    ...[...overviews, ...paired].flatMap(formatTable),
    ...entries.flatMap(({ tables, pictures }) => [...tables.flatMap(formatTable), ...pictures]),
    {
      name: "README.md",
      content: formatTablesIndex([...wholes, ...paired], bias, overviews, entries),
    },
  ];
}

/** Every table, before it is text. */
export interface AllTables {
  /** The rows in the order of tables. */
  readonly sorted: readonly ResultRow[];
  /** Those of the full setting. */
  readonly fullRows: readonly ResultRow[];
  /** Over all rows, of words and numbers. */
  readonly wholes: readonly TextTable[];
  /** Over all datasets. */
  readonly overviews: readonly Table[];
  /** As papers print them. */
  readonly paired: readonly Table[];
  /** Of one scope each. */
  readonly scopes: readonly { readonly scoped: ScopedRows; readonly tables: readonly Table[] }[];
}

/** Builds all tables, in their fixed order. */
export function buildAllTables(
  rows: readonly ResultRow[],
  { queries = new Map(), frozen = [], trials = [] }: Beside = {},
): AllTables {
  const scopes = splitIntoScopes(rows);
  const sorted = scopes.flatMap(({ rows }) => rows);
  const rowsWhere = (isFull: boolean) =>
    scopes.filter(({ scope }) => (scope.setting === "full") === isFull).flatMap(({ rows }) => rows);
  const [fullRows, sweptRows] = [rowsWhere(true), rowsWhere(false)];
  return {
    sorted,
    fullRows,
    wholes: [
      buildClaimsTable(sorted),
      buildComparisonTable(sorted, queries),
      buildSelectionBiasTable(sorted),
      buildCostsTable(sorted),
      buildTrialsTable(trials),
    ],
    overviews: buildOverviewTables(fullRows, frozen),
    paired: [
      ...buildPaperTables(fullRows, frozen),
      ...buildSweepTables([...sweptRows, ...asRateOne(fullRows, sweptRows)]),
    ],
    scopes: scopes.map((scoped) => ({ scoped, tables: buildTables(scoped, frozen) })),
  };
}

function buildTables(scoped: ScopedRows, frozen: readonly FrozenRow[]): Table[] {
  const main = buildMetricTable(scoped, frozen);
  return scoped.scope.setting === "full" && scoped.scope.protocol === "corrected"
    ? [main, buildSelectionTable(scoped)]
    : [main];
}

function formatTable(table: Table): TableFile[] {
  return [
    { name: `${table.stem}.md`, content: formatMarkdown(table) },
    { name: `${table.stem}.tex`, content: formatLatex(table) },
    { name: `${table.stem}.csv`, content: formatTableCsv(table) },
  ];
}

function formatTextTable(table: TextTable): TableFile[] {
  return [
    { name: `${table.stem}.md`, content: formatTextMarkdown(table) },
    { name: `${table.stem}.tex`, content: formatTextLatex(table) },
    { name: `${table.stem}.csv`, content: formatTextCsv(table) },
  ];
}

function drawPictures(
  scoped: ScopedRows,
  fullRows: readonly ResultRow[],
  epochs: ReadonlyMap<string, readonly EpochRow[]>,
): TableFile[] {
  const stem = formatScope(scoped.scope);
  const matching = fullRows.filter((row) =>
    formatScope({ ...row, setting: scoped.scope.setting }) === stem
  );
  switch (scoped.scope.setting) {
    case "partial":
      return toFile(`${stem}-rate.svg`, drawRecallOverRate(scoped, matching));
    case "imbalance":
      return toFile(`${stem}-gamma.svg`, drawRecallOverGamma(scoped, matching));
    default:
      return toFile(`${stem}-epochs.svg`, drawRecallCurves(scoped, epochs));
  }
}

function toFile(name: string, content: string | null): TableFile[] {
  return content === null ? [] : [{ name, content }];
}
