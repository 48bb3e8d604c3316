/** What the sampler really drew: images per class and epoch, head and tail. */

import * as Plot from "@observablehq/plot";
import { drawPlot, seriesColor, seriesSymbol } from "./draw_plot.ts";
import { element, escapeHtml, link } from "./html.ts";
import type { SamplerView } from "./model_view.ts";
import { runAnchor } from "./run_anchor.ts";
import { formatSortableTable, numberCell } from "./sortable_table.ts";

/** The draws of one run. */
export function formatSamplerSection(runId: string, sampler: SamplerView): string {
  const { classCount, imageCount, epochs } = sampler;
  const intro = element(
    "p",
    {},
    "Run ",
    link(`#${runAnchor(runId)}`, runId),
    escapeHtml(
      `: ${imageCount} images of ${classCount} classes. Recomputed from its configuration and seed; no image was read.`,
    ),
  );
  const percent = (share: number) => 100 * share;
  const table = formatSortableTable({
    id: `draws-${runAnchor(runId)}`,
    caption:
      "Draws of each epoch. Head and tail: the tenth of the classes with the most and the fewest images",
    columns: [
      "Epoch",
      "Draws",
      "Different images",
      "Fewest of a class",
      "Mean",
      "Most",
      "Head %",
      "Tail %",
    ].map((header) => ({ header, isNumber: true })),
    rows: epochs.map((epoch, i) => ({
      cells: [
        numberCell(i + 1, 0),
        numberCell(epoch.drawCount, 0),
        numberCell(epoch.imageCount, 0),
        numberCell(epoch.fewest, 0),
        numberCell(epoch.mean, 1),
        numberCell(epoch.most, 0),
        numberCell(percent(epoch.headShare), 1),
        numberCell(percent(epoch.tailShare), 1),
      ],
    })),
  });
  return intro + drawDraws(runId, sampler) + table;
}

/** Draws over images, by class or group of classes. */
function drawDraws(runId: string, { groups }: SamplerView): string {
  const [head, tail] = [groups[0]!, groups.at(-1)!];
  const describe = (group: SamplerView["groups"][number]) =>
    `${group.imagesPerClass.toFixed(1)} images, ${group.drawsPerClass.toFixed(1)} draws`;
  return drawPlot({
    title: `${runId}: draws of a class in all epochs`,
    alt: `Images and draws of each class, largest first. Largest: ${describe(head)}. ` +
      `Smallest: ${describe(tail)}.`,
    legend: ["draws of a class", "images of a class"],
    options: {
      height: 260,
      x: {
        label: groups.some(({ classCount }) => classCount > 1)
          ? "group of classes, largest first"
          : "class, largest first",
      },
      y: { label: "count", type: "sqrt", grid: true },
      marks: [
        Plot.dot(groups, {
          x: (_, i) => i + 1,
          y: "drawsPerClass",
          stroke: seriesColor(0),
          symbol: seriesSymbol(0),
          title: describe,
        }),
        Plot.dot(groups, {
          x: (_, i) => i + 1,
          y: "imagesPerClass",
          stroke: seriesColor(1),
          symbol: seriesSymbol(1),
          title: describe,
        }),
      ],
    },
  });
}
