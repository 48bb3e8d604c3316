/** Line charts as SVG: a mean line in a band from the smallest to the largest seed, labelled where it ends. */

import { roundTicks } from "./axis_ticks.ts";
import { spreadApart } from "./label_spread.ts";
import { formatElement, formatLength, formatPicture, formatText } from "./svg.ts";

/** One point of a line. */
export interface ChartPoint {
  /** Place on the x axis. */
  readonly x: number;
  /** Height of the line. */
  readonly mean: number;
  /** Lower edge of the band. */
  readonly minimum: number;
  /** Upper edge of the band. */
  readonly maximum: number;
  /** Whether no line leads to the point: a marker that stands alone. @default {false} */
  readonly isDetached?: boolean;
}

/** One line. */
export interface ChartSeries {
  /** Name at its end. */
  readonly label: string;
  /** Index into the palette and the markers; stays with a loss, whatever else is in the chart. */
  readonly style: number;
  /** By ascending x. */
  readonly points: readonly ChartPoint[];
}

/** What a chart shows. */
export interface LineChart {
  /** First line. */
  readonly title: string;
  /** Second line: what the numbers stand on. */
  readonly subtitle: string;
  /** Name of the x axis. */
  readonly xLabel: string;
  /** Name of the y axis. */
  readonly yLabel: string;
  /** Ticks of the x axis; round numbers where left out. */
  readonly xTicks?: readonly { readonly x: number; readonly label: string }[];
  /** In the order of tables. */
  readonly series: readonly ChartSeries[];
  /** A dashed level to compare with. */
  readonly reference?: { readonly label: string; readonly value: number };
}

/** Okabe and Ito's colors, told apart by all kinds of color vision; yellow left out as it is too pale for lines. */
const PALETTE = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"] as const;
const DASHES = ["none", "7 3", "2 3"] as const;

const SIZE = { width: 680, height: 400 } as const;

/** About the width of a bold letter. */
const LETTER_WIDTH = 7.6;
/** About the width of a letter at a tick. */
const TICK_LETTER_WIDTH = 6.4;
/** Degrees by which the names of ticks rise where they would overlap side by side. */
const TILT = 35;
const PLOT = { left: 62, top: 66, right: 550, bottom: 344 } as const;
const INK = "#222222";
const FAINT_INK = "#666666";

interface Scales {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  readonly xTicks: readonly { readonly x: number; readonly label: string }[];
  readonly yTicks: readonly number[];
}

/** Formats a chart as a whole SVG file. The same chart gives the same bytes. */
export function formatLineChart(chart: LineChart): string {
  const scales = createScales(chart);
  return formatPicture(
    pictureWidth(chart),
    SIZE.height + tiltedHeight(scales),
    `${chart.title}. ${chart.subtitle}`,
    [
      formatText(chart.title, PLOT.left, 26, { fill: INK, "font-size": 16, "font-weight": "bold" }),
      formatText(chart.subtitle, PLOT.left, 46, { fill: FAINT_INK }),
      ...drawAxes(chart, scales),
      ...drawReference(chart, scales),
      ...chart.series.map((series) => drawBand(series, scales)),
      ...chart.series.map((series) => drawLine(series, scales)),
      ...drawLabels(chart, scales),
    ].filter((part) => part !== ""),
  );
}

/** Wide enough for the longest name at the end of a line. */
function pictureWidth({ series, reference }: LineChart): number {
  const labels = [...series.map(({ label }) => label), reference?.label ?? ""];
  const longest = Math.max(...labels.map(({ length }) => length));
  return Math.max(SIZE.width, Math.ceil(PLOT.right + 20 + longest * LETTER_WIDTH));
}

/** Room below the axis for names of ticks that are tilted, as they would overlap; else 0. */
function tiltedHeight({ x, xTicks }: Scales): number {
  const width = ({ label }: { label: string }) => label.length * TICK_LETTER_WIDTH;
  const isCrowded = xTicks.some((tick, i) => {
    const next = xTicks[i + 1];
    return next !== undefined && x(next.x) - x(tick.x) < (width(tick) + width(next)) / 2;
  });
  if (!isCrowded) return 0;
  return Math.ceil(Math.max(...xTicks.map(width)) * Math.sin(TILT * Math.PI / 180));
}

function createScales(chart: LineChart): Scales {
  const points = chart.series.flatMap(({ points }) => points);
  const levels = chart.reference ? [chart.reference.value] : [];
  const heights = [...points.flatMap(({ minimum, maximum }) => [minimum, maximum]), ...levels];
  const yTicks = roundTicks(Math.min(...heights), Math.max(...heights), 6);
  const places = points.map(({ x }) => x);
  const xTicks = chart.xTicks ??
    roundTicks(Math.min(...places), Math.max(...places), 8).map((x) => ({ x, label: `${x}` }));
  const ends = [...places, ...xTicks.map(({ x }) => x)];
  const xInset = chart.xTicks ? 18 : 6; // keeps markers off the axis
  return {
    x: interpolate(Math.min(...ends), Math.max(...ends), PLOT.left + xInset, PLOT.right - xInset),
    y: interpolate(yTicks[0]!, yTicks.at(-1)!, PLOT.bottom, PLOT.top),
    xTicks,
    yTicks,
  };
}

function interpolate(from: number, to: number, start: number, end: number) {
  const span = to > from ? to - from : 1;
  return (value: number) => start + (value - from) / span * (end - start);
}

function drawAxes(chart: LineChart, scales: Scales): string[] {
  const { x, y, xTicks, yTicks } = scales;
  const { left, right, top, bottom } = PLOT;
  const tilted = tiltedHeight(scales);
  const styleAt = (place: number): Record<string, string> =>
    tilted === 0 ? { "text-anchor": "middle" } : {
      "text-anchor": "end",
      transform: `rotate(${-TILT} ${formatLength(place)} ${bottom + 15})`,
    };
  const middle = (top + bottom) / 2;
  return [
    ...yTicks.flatMap((tick) => [
      formatElement("path", { d: `M${left} ${formatLength(y(tick))}H${right}`, stroke: "#e4e4e4" }),
      formatText(`${tick}`, left - 8, y(tick) + 4, { fill: FAINT_INK, "text-anchor": "end" }),
    ]),
    formatElement("path", { d: `M${left} ${bottom}H${right}`, stroke: INK }),
    ...xTicks.flatMap((tick) => [
      formatElement("path", { d: `M${formatLength(x(tick.x))} ${bottom}v5`, stroke: INK }),
      formatText(tick.label, x(tick.x), bottom + 19, { fill: FAINT_INK, ...styleAt(x(tick.x)) }),
    ]),
    formatText(chart.xLabel, (left + right) / 2, bottom + 42 + tilted, {
      fill: INK,
      "text-anchor": "middle",
    }),
    formatText(chart.yLabel, 18, middle, {
      fill: INK,
      "text-anchor": "middle",
      transform: `rotate(-90 18 ${middle})`,
    }),
  ];
}

function drawReference({ reference }: LineChart, { y }: Scales): string[] {
  if (!reference) return [];
  return [formatElement("path", {
    d: `M${PLOT.left} ${formatLength(y(reference.value))}H${PLOT.right}`,
    stroke: FAINT_INK,
    "stroke-dasharray": "2 4",
  })];
}

function drawBand({ points, style }: ChartSeries, { x, y }: Scales): string {
  const band = points.filter(({ isDetached }) => !isDetached);
  if (band.every(({ minimum, maximum }) => minimum === maximum)) return "";
  const upper = band.map((point) => [x(point.x), y(point.maximum)]);
  const lower = band.map((point) => [x(point.x), y(point.minimum)]).reverse();
  const corners = [...upper, ...lower].map((corner) => corner.map(formatLength).join(" "));
  return formatElement("path", {
    d: `M${corners.join("L")}Z`,
    fill: colorOf(style),
    opacity: 0.15,
  });
}

function drawLine({ points, style }: ChartSeries, { x, y }: Scales): string {
  const line = points.filter(({ isDetached }) => !isDetached)
    .map((point) => `${formatLength(x(point.x))} ${formatLength(y(point.mean))}`);
  const color = colorOf(style);
  const parts = line.length > 1
    ? [formatElement("path", {
      d: `M${line.join("L")}`,
      fill: "none",
      stroke: color,
      "stroke-width": 2.2,
      "stroke-linejoin": "round",
      "stroke-dasharray": DASHES[style % DASHES.length]!,
    })]
    : [];
  const markers = points.length <= 30 ? points : points.slice(-1);
  return [...parts, ...markers.map((point) => drawMarker(x(point.x), y(point.mean), style))].join(
    "",
  );
}

/** Circle, square, triangle: lines are told apart without color, too. */
function drawMarker(x: number, y: number, style: number): string {
  const [left, top] = [formatLength(x), formatLength(y)];
  const paint = { fill: colorOf(style), stroke: "#ffffff", "stroke-width": 1 };
  switch (style % 3) {
    case 0:
      return formatElement("circle", { cx: x, cy: y, r: 4, ...paint });
    case 1:
      return formatElement("path", { d: `M${left} ${top}m-4 -4h8v8h-8z`, ...paint });
    default:
      return formatElement("path", { d: `M${left} ${top}m0 -5l5 9h-10z`, ...paint });
  }
}

/** Names where the lines end, moved apart where they would touch, with a thin leader to each. */
function drawLabels({ series, reference }: LineChart, { x, y }: Scales): string[] {
  const ends = series.flatMap(({ label, points, style }) => {
    const last = points.at(-1);
    return last ? [{ label, x: x(last.x), y: y(last.mean), color: colorOf(style) }] : [];
  });
  if (reference) {
    ends.push({ label: reference.label, x: PLOT.right, y: y(reference.value), color: FAINT_INK });
  }
  const heights = spreadApart(ends.map(({ y }) => y), 16, PLOT.top, PLOT.bottom);
  return ends.flatMap((end, i) => [
    formatElement("path", {
      d: `M${formatLength(end.x + 6)} ${formatLength(end.y)}L${PLOT.right + 6} ${
        formatLength(heights[i]!)
      }`,
      stroke: end.color,
      "stroke-width": 0.8,
      opacity: 0.6,
    }),
    formatText(end.label, PLOT.right + 9, heights[i]! + 4, {
      fill: end.color,
      "font-weight": "bold",
    }),
  ]);
}

function colorOf(style: number): string {
  return PALETTE[style % PALETTE.length]!;
}
