/** Recall@1 over epochs, one line for each loss. */

import { LOSS_NAMES } from "../../loss/losses.ts";
import { type ChartPoint, type ChartSeries, formatLineChart } from "./chart.ts";
import { displayBackbone, displayDataset, displaySetting } from "../tables/display_names.ts";
import type { EpochRow } from "../rows/epoch_row.ts";
import type { ResultRow } from "../rows/row.ts";
import { type ScopedRows, type Series, splitIntoSeries } from "../tables/scope.ts";
import { summarize, type Summary } from "../statistics/summary.ts";

/**
 * Draws Recall@1 over epochs for the full setting of one scope. Epoch 0 is the untrained network.
 *
 * @param epochs Rows of `epochs.csv` by run id; runs without them are left out.
 * @returns SVG, or `null` if no run has its epochs.
 */
export function drawRecallCurves(
  { scope, rows }: ScopedRows,
  epochs: ReadonlyMap<string, readonly EpochRow[]>,
): string | null {
  const series = toChartSeries(splitIntoSeries(rows), (series) => {
    const runIds = [...new Set(series.rows.map(({ run_id }) => run_id))];
    const runs = runIds.flatMap((runId) => epochs.get(runId) ?? []);
    const evaluated = runs.filter(({ recall_at_1 }) => recall_at_1 !== null);
    const byEpoch = [...Map.groupBy(evaluated, ({ epoch }) => epoch)].toSorted(([a], [b]) => a - b);
    return byEpoch.map(([epoch, members]) =>
      toPoint(epoch, summarize(members.map((row) => row.recall_at_1!))!)
    );
  });
  if (series.length === 0) return null;
  return formatLineChart({
    title: `${displayDataset(scope.dataset, scope.profile)}: Recall@1 over epochs`,
    subtitle: describeRuns(rows, displaySetting(rows[0]!)),
    xLabel: "Epoch (0: untrained)",
    yLabel: "Recall@1 on unseen classes (%)",
    series,
  });
}

/** Lines of all series that have points; the first of a loss has its color in every picture. */
export function toChartSeries(
  series: readonly Series[],
  pointsOf: (series: Series) => readonly ChartPoint[],
): ChartSeries[] {
  const names: readonly string[] = LOSS_NAMES;
  const seen = new Set<string>();
  let nextStyle = names.length; // for a loss that is not listed, or is there more than once
  return series.map((one) => {
    const isFirst = names.includes(one.loss) && !seen.has(one.loss);
    seen.add(one.loss);
    const style = isFirst ? names.indexOf(one.loss) : nextStyle++;
    return { label: one.label, style, points: pointsOf(one) };
  }).filter(({ points }) => points.length > 0);
}

/** A point of a line, from the values of its seeds. */
export function toPoint(x: number, { mean, minimum, maximum }: Summary): ChartPoint {
  return { x, mean, minimum, maximum };
}

/** What the numbers of a picture stand on, in one line. */
export function describeRuns(rows: readonly ResultRow[], setting: string): string {
  const { protocol, backbone } = rows[0]!;
  const [fewest, most] = rangeOfSeedCounts(rows);
  const count = fewest < most ? `${fewest} to ${most}` : `${most}`;
  const band = most > 1 ? `mean and range of ${count} seeds` : "1 seed";
  return `${displayBackbone(backbone)}, protocol ${protocol}, ${setting}; ${band}`;
}

/** Seeds of the points with the fewest and with the most: one configuration at one rate or gamma each. */
function rangeOfSeedCounts(rows: readonly ResultRow[]): [fewest: number, most: number] {
  const points = Map.groupBy(
    rows,
    ({ group_hash, data_hash, rate, gamma }) => [group_hash, data_hash, rate, gamma].join(),
  );
  const counts = [...points.values()].map((of) => new Set(of.map(({ seed }) => seed)).size);
  return [Math.min(...counts), Math.max(...counts)];
}
