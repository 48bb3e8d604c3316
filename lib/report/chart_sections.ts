/** Curves over epochs, over rates, gammas and alphas, and what choosing the epoch adds. */

import * as Plot from "@observablehq/plot";
import { findMetric, type MetricName } from "../eval/metric_definitions.ts";
import { formatDecimals } from "../format_decimals.ts";
import type { ResultRow } from "../results/rows/row.ts";
import { displayDataset, displaySetting } from "../results/tables/display_names.ts";
import { mainSelection, type ScopedRows, splitIntoSeries } from "../results/tables/scope.ts";
import { describeRuns } from "../results/pictures/recall_curves.ts";
import { drawPlot, seriesColor, seriesSymbol } from "./draw_plot.ts";
import { type ChartSeries, drawLineChart } from "./line_chart.ts";
import type { ReportData, ReportRun } from "./report_data.ts";
import { runAnchor } from "./run_anchor.ts";

/** Metrics that are drawn over epochs, settings and alphas. */
const DRAWN: readonly MetricName[] = ["recall_at_1", "map_at_r"];

/** Metrics and losses over epochs: a chart for each scope, setting and metric. */
export function drawEpochCharts({ runs, tables }: ReportData): string[] {
  const byId = new Map(runs.map((run) => [run.runId, run]));
  return tables.scopes.flatMap(({ scoped }) => {
    const settings = Map.groupBy(scoped.rows, displaySetting);
    return [...settings].flatMap(([setting, rows]) => {
      const title = `${titleOf(rows[0]!)}, ${setting}`;
      const draw = (
        name: string,
        yLabel: string,
        value: (epoch: ReportRun["epochs"][number]) => number | null,
      ) => {
        const series = splitIntoSeries(rows).map(({ label, rows }) => ({
          label,
          points: uniqueRuns(rows).flatMap((row) =>
            (byId.get(row.run_id)?.epochs ?? []).flatMap((epoch) => {
              const y = value(epoch);
              const anchor = runAnchor(row.run_id);
              return y === null ? [] : [{ x: epoch.epoch, y, seed: row.seed, anchor }];
            })
          ),
        })).filter(({ points }) => points.length > 0);
        return series.length === 0
          ? []
          : [drawLineChart({ title: `${title}: ${name}`, xLabel: "epoch", yLabel, series })];
      };
      return [
        ...DRAWN.flatMap((metric) => {
          const name = findMetric(metric).title;
          return draw(name, `${name} (%)`, (epoch) => epoch[metric]);
        }),
        ...draw("mean loss", "mean loss", ({ mean_loss }) => mean_loss),
      ];
    });
  });
}

/** Metrics over rates and gammas, the full setting at rate 1. */
export function drawSweepCharts({ tables }: ReportData): string[] {
  return tables.scopes.filter(({ scoped }) => scoped.scope.setting !== "full").flatMap(
    ({ scoped }) => {
      const isPartial = scoped.scope.setting === "partial";
      const whole = isPartial ? tables.fullRows.filter((row) => isSameScope(row, scoped)) : [];
      const rows = chosenRows([...scoped.rows, ...whole]);
      return DRAWN.flatMap((metric) =>
        drawOver(rows, metric, {
          title: `${titleOf(rows[0]!)}: ${findMetric(metric).title} over ${
            isPartial ? "rate" : "γ"
          }`,
          xLabel: isPartial ? "rate" : "gamma",
          x: (row) => row.rate ?? row.gamma ?? 1,
        })
      );
    },
  );
}

/** Metrics over alpha, where runs have more than one. */
export function drawAlphaCharts({ tables }: ReportData): string[] {
  return tables.scopes.flatMap(({ scoped }) => {
    const settings = Map.groupBy(chosenRows(scoped.rows), displaySetting);
    return [...settings].flatMap(([setting, rows]) => {
      const withAlpha = rows.filter(({ alpha }) => alpha !== null);
      if (new Set(withAlpha.map(({ alpha }) => alpha)).size < 2) return [];
      return DRAWN.flatMap((metric) =>
        drawOver(withAlpha, metric, {
          title: `${titleOf(rows[0]!)}, ${setting}: ${findMetric(metric).title} over α`,
          xLabel: "alpha",
          x: ({ alpha }) => alpha!,
          byLoss: true,
        })
      );
    });
  });
}

interface SweepAxis {
  readonly title: string;
  readonly xLabel: string;
  readonly x: (row: ResultRow) => number;
  /** Whether runs of one loss are one line, whatever else differs. */
  readonly byLoss?: boolean;
}

function drawOver(
  rows: readonly ResultRow[],
  metric: MetricName,
  { title, xLabel, x, byLoss }: SweepAxis,
): string[] {
  const groups = byLoss
    ? [...Map.groupBy(rows, ({ loss }) => loss)].map(([, rows]) => ({
      label: splitIntoSeries(rows)[0]!.label.split(",")[0]!,
      rows,
    }))
    : splitIntoSeries(rows);
  const series: ChartSeries[] = groups.map(({ label, rows }) => ({
    label,
    points: rows.filter((row) => row[metric] !== null).map((row) => ({
      x: x(row),
      y: row[metric]!,
      seed: row.seed,
      anchor: runAnchor(row.run_id),
    })),
  })).filter(({ points }) => points.length > 0);
  if (series.length === 0) return [];
  const yLabel = `${findMetric(metric).title} (%)`;
  return [drawLineChart({ title, xLabel, yLabel, series, xType: "point" })];
}

/** What choosing the epoch on the test set adds: a point a run, best on test less the final epoch. */
export function drawSelectionCharts({ runs }: ReportData): string[] {
  const points = runs.flatMap(({ runId, rows }) => {
    const valueAt = (selection: string) =>
      rows.find((row) => row.selection === selection)?.recall_at_1 ?? null;
    const [best, final, heldOut] = ["best_on_test", "final", "held_out"].map(valueAt);
    const place = `${displayDataset(rows[0]!.dataset, rows[0]!.profile)}, ${rows[0]!.protocol}`;
    const other = heldOut ?? final;
    return best === null || other === null ? [] : [{
      runId,
      place,
      difference: best! - other!,
      kind: heldOut === null ? 0 : 1,
    }];
  });
  if (points.length === 0) return [];
  const kinds = ["less the final epoch", "less the epoch chosen on held-out classes"];
  const places = new Set(points.map(({ place }) => place));
  const alt = [...Map.groupBy(points, ({ place }) => place)].map(([place, members]) => {
    const mean = members.reduce((sum, { difference }) => sum + difference, 0) / members.length;
    return `${place}: mean ${formatDecimals(mean, 2)} points of ${members.length} runs`;
  });
  return [drawPlot({
    title: "Recall@1 of the epoch that is best on the test set, points above the honest choice",
    alt: `What choosing the epoch on the test set adds to Recall@1. ${alt.join("; ")}.`,
    legend: kinds,
    options: {
      height: 60 + 34 * places.size,
      marginLeft: 220,
      x: { label: "points of Recall@1", grid: true },
      y: { label: null },
      marks: [
        Plot.ruleX([0]),
        ...kinds.map((_, kind) =>
          Plot.dot(points.filter((point) => point.kind === kind), {
            x: "difference",
            y: "place",
            stroke: seriesColor(kind),
            symbol: seriesSymbol(kind),
            title: ({ runId, difference }: typeof points[number]) =>
              `${runId}: ${formatDecimals(difference, 2)}`,
            href: ({ runId }: typeof points[number]) => `#${runAnchor(runId)}`,
          })
        ),
      ],
    },
  })];
}

/** The rows of the epoch that pictures show. */
function chosenRows(rows: readonly ResultRow[]): ResultRow[] {
  return rows.filter(({ selection, protocol }) => selection === mainSelection(protocol));
}

function uniqueRuns(rows: readonly ResultRow[]): ResultRow[] {
  return [...Map.groupBy(rows, ({ run_id }) => run_id).values()].map(([row]) => row!);
}

function isSameScope(row: ResultRow, { scope }: ScopedRows): boolean {
  return (["profile", "dataset", "protocol", "backbone", "weights_hash"] as const)
    .every((name) => row[name] === scope[name]);
}

function titleOf(row: ResultRow): string {
  const [network, protocol] = describeRuns([row], "").split(", ");
  return `${displayDataset(row.dataset, row.profile)}, ${network}, ${protocol}`;
}
