/** Charts by Observable Plot as SVG in the page: no script draws them, and they follow the page's colors. */

import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { element, escapeHtml, textElement } from "./html.ts";

/** A chart. */
export interface PlotSpec {
  /** Above the chart. */
  readonly title: string;
  /** What it shows, for who does not see it. */
  readonly alt: string;
  readonly options: Plot.PlotOptions;
  /** Names of colors, in the order of `seriesColor`. @default no legend */
  readonly legend?: readonly string[];
}

/** Shapes tell series apart, too, for who cannot tell the colors. */
const SYMBOLS = ["circle", "square", "triangle", "diamond", "star", "wye", "cross"] as const;
const DASHES = ["none", "6 3", "2 3", "8 3 2 3", "1 2", "10 4", "4 2"] as const;
const SYMBOL_TEXTS = ["●", "■", "▲", "◆", "★", "⅄", "✚"] as const;
const COLOR_COUNT = SYMBOLS.length;

/** Color of the i-th series: a variable of the page, light or dark. */
export function seriesColor(i: number): string {
  return `var(--series-${i % COLOR_COUNT})`;
}

/** Symbol of the i-th series. */
export function seriesSymbol(i: number): typeof SYMBOLS[number] {
  return SYMBOLS[i % COLOR_COUNT]!;
}

/** Dash of the i-th series. */
export function seriesDash(i: number): string {
  return DASHES[i % COLOR_COUNT]!;
}

/** Draws a chart as a figure: title, legend, SVG. */
export function drawPlot({ title, alt, options, legend = [] }: PlotSpec): string {
  const { document } = parseHTML("<html><body></body></html>") as unknown as { document: never };
  const svg = Plot.plot({
    document,
    width: 560,
    height: 320,
    marginLeft: 48,
    style: { overflow: "visible" },
    ...options,
    ariaLabel: alt,
  }) as unknown as { outerHTML: string };
  const items = legend.map((label, i) =>
    element(
      "li",
      {},
      `<span style="color:${seriesColor(i)}" aria-hidden="true">${
        SYMBOL_TEXTS[i % COLOR_COUNT]
      }</span> `,
      escapeHtml(label),
    )
  );
  return element(
    "figure",
    { class: "chart" },
    textElement("figcaption", title),
    items.length === 0 ? "" : element("ul", { class: "legend" }, ...items),
    tidySvg(svg.outerHTML),
  );
}

/** Two decimals of a pixel are enough; the style that Plot repeats in every chart is in the page once. */
function tidySvg(svg: string): string {
  return svg.replace(/<style>.*?<\/style>/s, "")
    .replace("<svg ", '<svg role="img" ')
    .replaceAll(
      /(?<=[\s",(MLHVCZA])-?\d+\.\d{3,}/g,
      (number) => String(Number(Number(number).toFixed(2))),
    );
}
