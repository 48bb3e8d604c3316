/** The main table of a scope: losses as rows, metrics as columns, one block per choice of epoch, rate and gamma. */

import { capitalize, uncapitalize } from "./capitalize.ts";
import { describeScope, STATISTICS_NOTE } from "./captions.ts";
import { displayDataset, displaySetting } from "./display_names.ts";
import { formatScope, reportedSelections, type ScopedRows, splitIntoSeries } from "./scope.ts";
import type { MetricName } from "../../eval/metric_definitions.ts";
import type { FrozenRow } from "../rows/frozen_row.ts";
import type { ResultRow } from "../rows/row.ts";
import { markBest, type Table, type TableSection } from "./table.ts";
import {
  describeSelection,
  metricColumns,
  metricRow,
  presentMetrics,
  publishedSection,
  untrainedSection,
} from "./table_parts.ts";

/**
 * Builds the main table of a scope.
 *
 * Frozen features and the untrained network come first; then, for each choice of epoch in the order of the protocol and for each rate or
 * gamma, a block with one row for each loss; then published numbers.
 */
export function buildMetricTable(
  { scope, rows }: ScopedRows,
  frozen: readonly FrozenRow[] = [],
): Table {
  const metrics = presentMetrics(rows);
  const blocks = reportedSelections(scope.protocol).flatMap((selection) =>
    [...Map.groupBy(rows, displaySetting)].map(([setting, members]) => {
      const choice = describeSelection(selection, scope.protocol);
      const title = scope.setting === "full"
        ? choice
        : `${capitalize(setting)}: ${uncapitalize(choice)}`;
      return buildBlock(title, members, selection, metrics);
    })
  );
  const losses = [...new Set(rows.map(({ loss }) => loss))];
  const published = scope.setting === "full" ? publishedSection(scope, metrics, losses) : null;
  return {
    stem: formatScope(scope),
    title: `${displayDataset(scope.dataset, scope.profile)}, ${describeSetting(scope.setting)}`,
    caption: `${describeScope({ scope, rows })}; ${
      describeSetting(scope.setting)
    }. R@K is Recall@K. ${STATISTICS_NOTE}`,
    columns: metricColumns(metrics),
    sections: [
      untrainedSection(rows, metrics, frozen),
      ...blocks.filter((block) => block.rows.length > 0),
      ...(published ? [published] : []),
    ],
  };
}

/** A setting as titles name it. */
export function describeSetting(setting: string): string {
  switch (setting) {
    case "full":
      return "all training images";
    case "partial":
      return "part of each training class";
    case "imbalance":
      return "long-tailed training classes";
    default:
      return setting;
  }
}

function buildBlock(
  title: string,
  rows: readonly ResultRow[],
  selection: string,
  metrics: readonly MetricName[],
): TableSection {
  const losses = splitIntoSeries(rows).flatMap(({ label, rows }) => {
    const selected = rows.filter((row) => row.selection === selection);
    return selected.length > 0 ? [metricRow(label, selected, metrics)] : [];
  });
  return markBest({ title, rows: losses });
}
