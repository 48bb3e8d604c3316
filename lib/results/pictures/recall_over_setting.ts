/** Recall@1 over the rate or the imbalance of the training images, one line for each loss. */

import { type ChartPoint, formatLineChart } from "./chart.ts";
import { displayDataset, displaySelection } from "../tables/display_names.ts";
import { describeRuns, toChartSeries, toPoint } from "./recall_curves.ts";
import type { ResultRow } from "../rows/row.ts";
import {
  mainSelection,
  type ScopedRows,
  type Series,
  splitIntoSeries,
  summarizeMetric,
  untrainedNetworks,
} from "../tables/scope.ts";
import { sweptValue } from "../tables/sweep_table.ts";

/**
 * Draws Recall@1 over the rate. Where rate 1 was not run, the run with all training images stands for it: it is the same.
 *
 * @param scoped Rows of the partial setting.
 * @param fullRows Rows of the full setting of the same profile, dataset, protocol and network.
 * @returns SVG, or `null` if no run has the epoch that is shown.
 */
export function drawRecallOverRate(
  { scope, rows }: ScopedRows,
  fullRows: readonly ResultRow[],
): string | null {
  const selection = mainSelection(scope.protocol);
  const hasWhole = (series: Series) => series.rows.some(({ rate }) => rate === 1);
  const series = toChartSeries(splitIntoSeries(rows), (series) => [
    ...sweepPoints(series, selection, (rate) => rate),
    ...(hasWhole(series) ? [] : fullPoints(series, fullRows, selection, 1)),
  ]);
  if (series.length === 0) return null;
  const rates = [...new Set(series.flatMap(({ points }) => points.map(({ x }) => x)))];
  return formatLineChart({
    title: `${displayDataset(scope.dataset, scope.profile)}: Recall@1 over the share of images`,
    subtitle: describeRuns(rows, displaySelection(selection)),
    xLabel: "Rate: share kept of each training class (1: all images)",
    yLabel: "Recall@1 on unseen classes (%)",
    xTicks: rates.toSorted((a, b) => a - b).map((x) => ({ x, label: `${x}` })),
    series,
    ...untrainedReference(rows),
  });
}

/**
 * Draws Recall@1 over gamma, on a logarithmic axis; runs with all training images stand alone at its left.
 *
 * @param scoped Rows of the imbalance setting.
 * @param fullRows Rows of the full setting of the same profile, dataset, protocol and network.
 * @returns SVG, or `null` if no run has the epoch that is shown.
 */
export function drawRecallOverGamma(
  { scope, rows }: ScopedRows,
  fullRows: readonly ResultRow[],
): string | null {
  const selection = mainSelection(scope.protocol);
  const gammas = [...new Set(rows.map(sweptValue))].filter((value) => value !== null)
    .toSorted((a, b) => a - b);
  const [first, last] = [Math.log10(gammas[0]!), Math.log10(gammas.at(-1)!)];
  const apart = first - Math.max(0.15, (last - first) * 0.25);
  const series = toChartSeries(splitIntoSeries(rows), (series) => [
    ...fullPoints(series, fullRows, selection, apart)
      .map((point) => ({ ...point, isDetached: true })),
    ...sweepPoints(series, selection, Math.log10),
  ]);
  if (series.length === 0) return null;
  const hasFull = series.some(({ points }) => points[0]!.isDetached);
  return formatLineChart({
    title: `${displayDataset(scope.dataset, scope.profile)}: Recall@1 over imbalance`,
    subtitle: describeRuns(rows, displaySelection(selection)),
    xLabel: "Imbalance γ: largest over smallest training class (logarithmic)",
    yLabel: "Recall@1 on unseen classes (%)",
    xTicks: [
      ...(hasFull ? [{ x: apart, label: "all images" }] : []),
      ...gammas.map((gamma) => ({ x: Math.log10(gamma), label: `${gamma}` })),
    ],
    series,
    ...untrainedReference(rows),
  });
}

function sweepPoints(
  { rows }: Series,
  selection: string,
  placeOf: (value: number) => number,
): ChartPoint[] {
  const selected = rows.filter((row) => row.selection === selection && sweptValue(row) !== null);
  return [...Map.groupBy(selected, (row) => sweptValue(row)!)]
    .toSorted(([a], [b]) => a - b)
    .flatMap(([value, members]) => {
      const summary = summarizeMetric(members, "recall_at_1");
      return summary ? [toPoint(placeOf(value), summary)] : [];
    });
}

/** The point of the same configuration and seeds with all training images. */
function fullPoints(
  series: Series,
  fullRows: readonly ResultRow[],
  selection: string,
  x: number,
): ChartPoint[] {
  const same = splitIntoSeries(fullRows).find(({ key }) => key === series.key);
  const seeds = new Set(series.rows.map(({ seed }) => seed));
  const selected = same?.rows.filter((row) => row.selection === selection && seeds.has(row.seed)) ??
    [];
  const summary = summarizeMetric(selected, "recall_at_1");
  return summary ? [toPoint(x, summary)] : [];
}

function untrainedReference(
  rows: readonly ResultRow[],
): { reference?: { label: string; value: number } } {
  const [network, ...others] = untrainedNetworks(splitIntoSeries(rows));
  const summary = network && others.length === 0
    ? summarizeMetric(network.rows, "recall_at_1")
    : null;
  return summary ? { reference: { label: "Untrained", value: summary.mean } } : {};
}
