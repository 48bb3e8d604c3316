/** Parts that tables share: captions, rows of series and of untrained networks, published numbers. */

import { displayBackbone, displayDataset, displayLoss, isMiniature } from "./display_names.ts";
import { PUBLISHED_RESULTS } from "../claims/published_numbers.ts";
import { findMetric, type MetricName, METRICS } from "../../eval/metric_definitions.ts";
import type { ResultRow } from "../rows/row.ts";
import {
  type Scope,
  type ScopedRows,
  type Series,
  splitIntoSeries,
  summarizeMetric,
  untrainedNetworks,
} from "./scope.ts";
import type { Summary } from "./statistics.ts";
import type { TableCell, TableColumn, TableRow, TableSection } from "./table.ts";

/** Metrics that at least one row has, in the order of tables. */
export function presentMetrics(rows: readonly ResultRow[]): MetricName[] {
  return METRICS.map(({ column }) => column)
    .filter((name) => rows.some((row) => row[name] !== null));
}

/** A cell of our own runs. */
export function summaryCell(summary: Summary | null): TableCell | null {
  if (summary === null) return null;
  const { mean, deviation, count } = summary;
  return { mean, deviation, count, isBest: false };
}

/** A row of our own runs; `rows` differ by seed alone. */
export function metricRow(
  label: string,
  rows: readonly ResultRow[],
  metrics: readonly MetricName[],
): TableRow {
  const cells = metrics.map((metric) => summaryCell(summarizeMetric(rows, metric)));
  return { label, cells, source: null };
}

/** Labels of the untrained networks of a scope and their rows, for the top of a table. */
export function labelUntrained(
  series: readonly Series[],
): { label: string; rows: readonly ResultRow[] }[] {
  const networks = untrainedNetworks(series);
  return networks.map(({ labels, rows }) => ({
    label: networks.length === 1 ? "Untrained network" : `Untrained network (${labels.join("; ")})`,
    rows,
  }));
}

/** The untrained network, above all sections. */
export function untrainedSection(
  rows: readonly ResultRow[],
  metrics: readonly MetricName[],
): TableSection {
  const networks = labelUntrained(splitIntoSeries(rows));
  return { title: null, rows: networks.map(({ label, rows }) => metricRow(label, rows, metrics)) };
}

/** What every caption says of where numbers come from and what the runs agree in. */
export function describeScope({ scope, rows }: ScopedRows): string {
  const { profile, dataset, protocol } = scope;
  const data = displayDataset(dataset, profile);
  const note = isMiniature(dataset, profile) ? " (drawn images, not the published dataset)" : "";
  return `${data}${note}, protocol ${protocol}, network ${describeNetwork(rows)}`;
}

/** The network of rows that share it, with its embedding size where they share that, too: `ResNet-50, D = 512`. */
export function describeNetwork(rows: readonly ResultRow[]): string {
  const sizes = new Set(rows.map(({ embedding_size }) => embedding_size));
  const size = sizes.size === 1 ? `, D = ${[...sizes][0]}` : "";
  return `${displayBackbone(rows[0]!.backbone)}${size}`;
}

/** The last sentence of captions. */
export const STATISTICS_NOTE =
  "Percent on unseen classes; mean ± standard deviation over n seeds. Best of each block in bold.";

/** What a protocol and a choice of epoch mean to a reader. */
export function describeSelection(selection: string, protocol: string): string {
  switch (selection) {
    case "final":
      return "Final epoch";
    case "held_out":
      return "Epoch chosen on held-out training classes";
    default:
      return protocol === "published"
        ? "Epoch with the best Recall@1 on the test set, as the paper reports"
        : "Epoch with the best Recall@1 on the test set (optimistic: chosen by what it reports)";
  }
}

/**
 * Published numbers for the dataset of a scope, with their sources.
 *
 * Beside profile `paper`: every method on the same network. Beside miniatures: only the losses of the table, under a title
 * that says that the numbers cannot be compared.
 *
 * @param losses Names of the losses that have rows in the table.
 * @returns `null` if there are none.
 */
export function publishedSection(
  { profile, dataset, backbone }: Scope,
  metrics: readonly MetricName[],
  losses: readonly string[],
): TableSection | null {
  const titles = losses.map(displayLoss);
  const isPaper = profile === "paper";
  const results = PUBLISHED_RESULTS.filter((result) =>
    result.dataset === dataset &&
    (isPaper ? result.backbone === backbone : titles.includes(result.method))
  );
  if (results.length === 0) return null;
  const title = isPaper
    ? "Published by others, on the same network"
    : "Published, on the full-size dataset and other networks: not comparable with the miniature";
  const rows = results.map(({ method, backbone, embeddingSize, recallAtK, source }) => ({
    label: `${method} (${displayBackbone(backbone)}, D = ${embeddingSize})`,
    source,
    cells: metrics.map((metric) => {
      const { k } = findMetric(metric);
      const found = recallAtK.find((value) => value.k === k);
      return found ? { mean: found.percent, deviation: null, count: null, isBest: false } : null;
    }),
  }));
  return { title, rows };
}

/** Columns of metrics. */
export function metricColumns(metrics: readonly MetricName[]): TableColumn[] {
  return metrics.map((metric) => ({ header: findMetric(metric).title }));
}
