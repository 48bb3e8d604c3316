/** The choices of epoch side by side: what choosing on the test set adds. */

import { describeScope, STATISTICS_NOTE } from "./captions.ts";
import { displayDataset, displaySelection } from "./display_names.ts";
import { findMetric, type MetricName } from "../../eval/metric_definitions.ts";
import type { ResultRow } from "../rows/row.ts";
import { formatScope, reportedSelections, type ScopedRows, splitIntoSeries } from "./scope.ts";
import { markBest, type Table, type TableRow } from "./table.ts";
import { labelUntrained, metricCell, presentMetrics } from "./table_parts.ts";

/** Builds the table of one scope with a block for each metric and a column for each choice of epoch. */
export function buildSelectionTable({ scope, rows }: ScopedRows): Table {
  const selections = reportedSelections(scope.protocol);
  const series = splitIntoSeries(rows);
  const untrained = labelUntrained(series);
  const blocks = presentMetrics(rows).map((metric) => {
    const losses = series.map(({ label, rows }) =>
      sideBySide(label, metric, selections.map((name) => selectRows(rows, name)))
    );
    const start = untrained.map(({ label, rows }) =>
      sideBySide(label, metric, selections.map(() => rows))
    );
    return markBest({ title: findMetric(metric).title, rows: [...start, ...losses] });
  });
  return {
    stem: `${formatScope(scope)}-epoch_choice`,
    title: `${displayDataset(scope.dataset, scope.profile)}, choices of epoch side by side`,
    caption: `${describeScope({ scope, rows })}; the reported epoch chosen in different ways. ` +
      "Held out: by Recall@1 on held-out training classes. Best on test is optimistic: it is chosen by the Recall@1 " +
      `that it reports. R@K is Recall@K. ${STATISTICS_NOTE}`,
    columns: selections.map((selection) => ({ header: displaySelection(selection) })),
    sections: blocks,
  };
}

function selectRows(rows: readonly ResultRow[], selection: string): readonly ResultRow[] {
  return rows.filter((row) => row.selection === selection);
}

function sideBySide(
  label: string,
  metric: MetricName,
  rowsOfColumns: readonly (readonly ResultRow[])[],
): TableRow {
  const cells = rowsOfColumns.map((rows) => metricCell(rows, metric));
  return { label, cells, source: null };
}
