/** Recall@1 over rates or gammas: losses as rows, the values of the setting as columns. */

import { describeScope, STATISTICS_NOTE } from "./captions.ts";
import { displayDataset } from "./display_names.ts";
import { describeSetting } from "./metric_table.ts";
import type { ResultRow } from "../rows/row.ts";
import { formatScope, reportedSelections, type ScopedRows, splitIntoSeries } from "./scope.ts";
import { markBest, type Table, type TableRow } from "./table.ts";
import { describeSelection, labelUntrained, metricCell } from "./table_parts.ts";

/** The value of a row's setting: rate or gamma; `null` for the full setting. */
export function sweptValue(row: Pick<ResultRow, "rate" | "gamma">): number | null {
  return row.rate ?? row.gamma;
}

/** Builds the table of Recall@1 over the rates or gammas of a scope. */
export function buildSweepTable({ scope, rows }: ScopedRows): Table {
  const values = [...new Set(rows.map(sweptValue))].filter((value) => value !== null)
    .toSorted((a, b) => a - b);
  const series = splitIntoSeries(rows);
  const toRow = (label: string, rows: readonly ResultRow[], isConstant: boolean): TableRow => ({
    label,
    source: null,
    cells: values.map((value) => {
      const members = isConstant ? rows : rows.filter((row) => sweptValue(row) === value);
      return metricCell(members, "recall_at_1");
    }),
  });
  const blocks = reportedSelections(scope.protocol).map((selection) => {
    const losses = series.map(({ label, rows }) => ({
      label,
      rows: rows.filter((row) => row.selection === selection),
    })).filter(({ rows }) => rows.length > 0);
    const title = describeSelection(selection, scope.protocol);
    return markBest({ title, rows: losses.map(({ label, rows }) => toRow(label, rows, false)) });
  });
  const untrained = labelUntrained(series).map(({ label, rows }) => toRow(label, rows, true));
  const symbol = scope.setting === "partial" ? "rate" : "γ =";
  return {
    stem: `${formatScope(scope)}-recall_at_1`,
    title: `${displayDataset(scope.dataset, scope.profile)}, ${
      describeSetting(scope.setting)
    }: Recall@1`,
    caption: `Recall@1 on ${describeScope({ scope, rows })}; ${
      describeSetting(scope.setting)
    }. ${STATISTICS_NOTE}`,
    columns: values.map((value) => ({ header: `${symbol} ${value}` })),
    sections: [{ title: null, rows: untrained }, ...blocks.filter(({ rows }) => rows.length > 0)],
  };
}
