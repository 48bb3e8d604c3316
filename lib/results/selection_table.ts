/** The choices of epoch side by side: what choosing on the test set adds. */

import { displayDataset, displayMetric, displaySelection } from "./display_names.ts";
import type { MetricName, ResultRow } from "./row.ts";
import {
  formatScope,
  reportedSelections,
  type ScopedRows,
  splitIntoSeries,
  summarizeMetric,
} from "./scope.ts";
import { markBest, type Table, type TableRow } from "./table.ts";
import {
  describeScope,
  labelUntrained,
  presentMetrics,
  STATISTICS_NOTE,
  summaryCell,
} from "./table_parts.ts";

const SUMMARY_METRICS: readonly MetricName[] = ["recall_at_1", "map_at_r", "r_precision"];

/** Builds the table of one scope with Recall@1, MAP@R and R-Precision, each by every choice of epoch. */
export function buildSelectionTable({ scope, rows }: ScopedRows): Table {
  const selections = reportedSelections(scope.protocol);
  const metrics = presentMetrics(rows).filter((metric) => SUMMARY_METRICS.includes(metric));
  const series = splitIntoSeries(rows);
  const untrained = labelUntrained(series).map(({ label, rows }) =>
    sideBySide(label, metrics, selections, () => rows)
  );
  const losses = series.map(({ label, rows }) =>
    sideBySide(
      label,
      metrics,
      selections,
      (selection) => rows.filter((row) => row.selection === selection),
    )
  );
  return {
    stem: `${formatScope(scope)}-epoch_choice`,
    title: `${displayDataset(scope.dataset, scope.profile)}, choices of epoch side by side`,
    caption: `${describeScope(scope)}; the reported epoch chosen in different ways. ` +
      `Best on test is optimistic: it is chosen by what it reports. ${STATISTICS_NOTE}`,
    columns: metrics.flatMap((metric) =>
      selections.map((selection) => ({
        group: displayMetric(metric),
        header: displaySelection(selection),
      }))
    ),
    sections: [{ title: null, rows: untrained }, markBest({ title: null, rows: losses })],
  };
}

function sideBySide(
  label: string,
  metrics: readonly MetricName[],
  selections: readonly string[],
  rowsOf: (selection: string) => readonly ResultRow[],
): TableRow {
  const cells = metrics.flatMap((metric) =>
    selections.map((selection) => summaryCell(summarizeMetric(rowsOf(selection), metric)))
  );
  return { label, cells, source: null };
}
