/** Parts that tables share: captions, rows of series and of untrained networks, published numbers. */

import { displayBackbone, displayLoss } from "./display_names.ts";
import {
  formatSource,
  isAvailable,
  PUBLISHED_RESULTS,
  type PublishedResult,
  publishedValue,
} from "../claims/published_results.ts";
import { findMetric, type MetricName, METRICS } from "../../eval/metric_definitions.ts";
import type { FrozenRow } from "../rows/frozen_row.ts";
import type { ResultRow } from "../rows/row.ts";
import {
  type Scope,
  type Series,
  splitIntoSeries,
  summarizeMetric,
  untrainedNetworks,
} from "./scope.ts";
import type { TableCell, TableColumn, TableRow, TableSection } from "./table.ts";

/** Metrics that at least one row has, in the order of tables. */
export function presentMetrics(rows: readonly ResultRow[]): MetricName[] {
  return METRICS.map(({ column }) => column)
    .filter((name) => rows.some((row) => row[name] !== null));
}

/** A cell of our own runs, which differ by seed alone; `null` where no run has the metric. */
export function metricCell(rows: readonly ResultRow[], metric: MetricName): TableCell | null {
  const own = rows.filter((row) => row[metric] !== null);
  const summary = summarizeMetric(own, metric);
  if (summary === null) return null;
  const { mean, deviation, margin, count } = summary;
  const bySeed = new Map(own.map((row) => [row.seed, row[metric]!]));
  const runIds = own.map(({ run_id }) => run_id);
  return { mean, deviation, margin, count, bySeed, runIds, isBest: false };
}

/** A row of our own runs; `rows` differ by seed alone. */
export function metricRow(
  label: string,
  rows: readonly ResultRow[],
  metrics: readonly MetricName[],
): TableRow {
  const cells = metrics.map((metric) => metricCell(rows, metric));
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

/** Frozen features and the untrained network, above all sections. */
export function untrainedSection(
  rows: readonly ResultRow[],
  metrics: readonly MetricName[],
  frozen: readonly FrozenRow[],
): TableSection {
  const networks = labelUntrained(splitIntoSeries(rows));
  return {
    title: null,
    rows: [
      ...frozenRows(frozen, rows[0]!, metrics),
      ...networks.map(({ label, rows }) => metricRow(label, rows, metrics)),
    ],
  };
}

/** What frozen features are compared with: the rows of one profile, protocol, network with its weights, and dataset. */
type FrozenScope = Pick<
  ResultRow,
  "profile" | "dataset" | "protocol" | "backbone" | "weights_hash" | "data_hash"
>;

/** The features of the first weights on the same test images, without training: a row for each size of image. */
export function frozenRows(
  frozen: readonly FrozenRow[],
  { profile, dataset, protocol, backbone, weights_hash, data_hash }: FrozenScope,
  metrics: readonly MetricName[],
): TableRow[] {
  return frozen.filter((row) =>
    row.profile === profile && row.dataset === dataset && row.protocol === protocol &&
    row.backbone === backbone && row.weights_hash === weights_hash && row.data_hash === data_hash &&
    row.precision === "float32"
  ).toSorted((a, b) => a.input_size - b.input_size || a.resize_size - b.resize_size).map((row) => ({
    label: `Frozen features, images at ${row.input_size} px (of ${row.resize_size})`,
    source: null,
    cells: metrics.map((metric) => {
      const percent = row[metric];
      return percent === null ? null : seedlessCell(percent);
    }),
  }));
}

/** What a protocol and a choice of epoch mean to a reader. */
export function describeSelection(selection: string, protocol: string): string {
  switch (selection) {
    case "final":
      return "Final epoch";
    case "held_out":
      return "Epoch chosen on held-out training classes";
    default:
      return protocol === "published"
        ? "Epoch with the best Recall@1 on the test set, as the authors' code reports"
        : "Epoch with the best Recall@1 on the test set (optimistic: chosen by what it reports)";
  }
}

/**
 * Published numbers for the dataset of a scope, with their sources.
 *
 * Beside profile `paper`: every method on the same network. Beside miniatures: what the authors of the table's losses
 * published, under a title that says that the numbers cannot be compared.
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
    result.dataset === dataset && result.setting === "full" &&
    (isPaper
      ? result.backbone === backbone
      : titles.includes(result.method) && result.status === "primary")
  );
  if (results.length === 0) return null;
  const title = isPaper
    ? "Published by others, on the same network"
    : `Published, on the full-size dataset and other networks: not comparable with ${
      profile === "photos" ? "small photographs" : "the miniature"
    }`;
  const rows = results.map((result) => ({
    label: describePublished(result),
    source: formatSource(result),
    cells: metrics.map((metric) => {
      const percent = publishedValue(result, metric);
      return percent === null ? null : seedlessCell(percent);
    }),
  }));
  return { title, rows };
}

/** A published method with its network: `Proxy-Anchor (ResNet-50, D = 512)`. */
function describePublished(result: PublishedResult): string {
  const { method, backbone, embedding_size, status } = result;
  const size = embedding_size === null ? "" : `, D = ${embedding_size}`;
  const mark = status === "conflicting" ? ", conflicting" : "";
  return `${method} (${displayBackbone(backbone)}${size}${mark})${
    isAvailable(result) ? "" : ": not available"
  }`;
}

/** Columns of metrics. */
export function metricColumns(metrics: readonly MetricName[]): TableColumn[] {
  return metrics.map((metric) => ({ header: findMetric(metric).title }));
}

/** A number that no seed has a part in: a published one, or that of frozen features. */
export function seedlessCell(percent: number): TableCell {
  return {
    mean: percent,
    deviation: null,
    margin: null,
    count: null,
    bySeed: new Map(),
    isBest: false,
  };
}
