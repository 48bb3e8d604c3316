/** Lines over a number: every seed thin, their mean bold, every point with its value and a link to its run. */

import * as Plot from "@observablehq/plot";
import { drawPlot, seriesColor, seriesDash, seriesSymbol } from "./draw_plot.ts";

/** One value of one run. */
export interface ChartPoint {
  readonly x: number;
  readonly y: number;
  readonly seed: number;
  /** Anchor on the page; `null` for none. */
  readonly anchor: string | null;
}

/** A line. */
export interface ChartSeries {
  readonly label: string;
  /** All seeds. */
  readonly points: readonly ChartPoint[];
}

/** What a chart shows. */
export interface LineChart {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly series: readonly ChartSeries[];
  /** @default {"linear"} */
  readonly xType?: "linear" | "point";
}

/** Draws the chart; its text for those who do not see it has the range of every line. */
export function drawLineChart({ title, xLabel, yLabel, series, xType }: LineChart): string {
  const marks = series.flatMap(({ label, points }, i) => {
    const color = seriesColor(i);
    const mean = averageSeeds(points);
    const seedCount = new Set(points.map(({ seed }) => seed)).size;
    const value = (point: { y: number }) => point.y.toFixed(2);
    return [
      Plot.line(points, { x: "x", y: "y", z: "seed", stroke: color, strokeOpacity: 0.45 }),
      Plot.line(mean, {
        x: "x",
        y: "y",
        stroke: color,
        strokeWidth: 2.5,
        strokeDasharray: seriesDash(i),
      }),
      Plot.dot(points, {
        x: "x",
        y: "y",
        stroke: color,
        fill: color,
        r: 2.5,
        symbol: seriesSymbol(i),
        title: (point: ChartPoint) =>
          `${label}, seed ${point.seed}, ${xLabel} ${point.x}: ${value(point)}`,
        href: (point: ChartPoint) => point.anchor === null ? null : `#${point.anchor}`,
      }),
      ...(seedCount > 1
        ? [
          Plot.dot(mean, {
            x: "x",
            y: "y",
            stroke: color,
            fill: color,
            r: 4.5,
            symbol: seriesSymbol(i),
            title: (point: ChartPoint) =>
              `${label}, mean of ${seedCount} seeds, ${xLabel} ${point.x}: ${value(point)}`,
          }),
        ]
        : []),
    ];
  });
  return drawPlot({
    title,
    alt: `${title}. ${
      series.map(describeSeries).join("; ")
    }. Values are in the tables and at the runs.`,
    legend: series.map(({ label }) => label),
    options: {
      x: { label: xLabel, type: xType },
      y: { label: yLabel, grid: true },
      marks,
    },
  });
}

function describeSeries({ label, points }: ChartSeries): string {
  const mean = averageSeeds(points);
  const [first, last] = [mean[0]!, mean.at(-1)!];
  const best = mean.reduce((a, b) => b.y > a.y ? b : a);
  return `${label}: ${first.y.toFixed(1)} at ${first.x}, ${last.y.toFixed(1)} at ${last.x}, ` +
    `highest ${best.y.toFixed(1)} at ${best.x}`;
}

/** Means over seeds, in the order of x. */
function averageSeeds(points: readonly ChartPoint[]): ChartPoint[] {
  return [...Map.groupBy(points, ({ x }) => x)].toSorted(([a], [b]) => a - b)
    .map(([x, members]) => ({
      x,
      y: members.reduce((sum, { y }) => sum + y, 0) / members.length,
      seed: -1,
      anchor: null,
    }));
}
