/** What a final network does: queries and their neighbors, hardest classes, similarities, a map. */

import * as Plot from "@observablehq/plot";
import { drawPlot, seriesColor, seriesSymbol } from "./draw_plot.ts";
import { element, escapeHtml, link, openTag, textElement } from "./html.ts";
import type { NetworkView, QueryView, ViewImage } from "./model_view.ts";
import { runAnchor } from "./run_anchor.ts";
import { formatSortableTable, numberCell, textCell } from "./sortable_table.ts";

/** Classes that the map shows in colors of their own. */
const COLORED_COUNT = 7;

/** The final network of one run. */
export function formatNetworkSection(
  runId: string,
  network: NetworkView,
  hasImages: boolean,
): string {
  return [
    element(
      "p",
      {},
      "Run ",
      link(`#${runAnchor(runId)}`, runId),
      escapeHtml(`, final weights with SHA-256 ${network.weightsHash}.`),
    ),
    textElement("h4", "Worst and random queries with their nearest images"),
    textElement(
      "p",
      "Worst: the most wrong images among the six nearest, then the nearest wrong image that is most similar.",
    ),
    ...network.queries.map((query) => formatQuery(query, hasImages)),
    textElement("h4", "Hardest classes and what they are taken for"),
    formatHardest(runId, network),
    drawSimilarities(runId, network),
    drawMap(runId, network, "umap"),
    drawMap(runId, network, "pca"),
  ].join("");
}

function formatQuery({ kind, query, neighbors }: QueryView, hasImages: boolean): string {
  const items = neighbors.map((neighbor) => {
    const { isRight, similarity, classId } = neighbor;
    const verdict = isRight ? "✓ right" : `✗ ${classId}`;
    return element(
      "li",
      { class: isRight ? "right" : "wrong" },
      formatImage(neighbor, hasImages),
      textElement("span", `${verdict}, ${similarity.toFixed(2)}`),
    );
  });
  const first = element(
    "li",
    { class: "query" },
    formatImage(query, hasImages),
    textElement("span", `${kind}: ${query.classId}`),
  );
  return element("ol", { class: "neighbors" }, first, ...items);
}

function formatImage({ imagePath, classId, thumbnail }: ViewImage, hasImages: boolean): string {
  return hasImages
    ? openTag("img", {
      src: `data:image/jpeg;base64,${thumbnail}`,
      alt: `Image of class ${classId}`,
      title: imagePath,
      width: 56,
      height: 56,
      loading: "lazy",
    })
    : textElement("code", imagePath);
}

function formatHardest(runId: string, { hardest }: NetworkView): string {
  return formatSortableTable({
    id: `hardest-${runAnchor(runId)}`,
    caption:
      "Classes of the lowest Recall@1; in brackets how many nearest images were of the other class",
    columns: [
      { header: "Class" },
      { header: "Queries", isNumber: true },
      { header: "R@1", isNumber: true },
      { header: "Taken for" },
    ],
    rows: hardest.map(({ classId, queryCount, recallAt1, takenFor }) => ({
      cells: [
        textCell(classId),
        numberCell(queryCount, 0),
        numberCell(recallAt1, 1),
        textCell(takenFor.map(({ classId, count }) => `${classId} (${count})`).join(", ")),
      ],
    })),
  });
}

function drawSimilarities(runId: string, { similarities }: NetworkView): string {
  const { right, wrong, imageCount } = similarities;
  const [rightShares, wrongShares] = [right, wrong].map((counts) => {
    const sum = Math.max(1, counts.reduce((a, b) => a + b, 0));
    return counts.map((count, i) => ({
      x1: -1 + 2 * i / counts.length,
      x2: -1 + 2 * (i + 1) / counts.length,
      share: 100 * count / sum,
    }));
  });
  const meanOf = (shares: typeof rightShares) =>
    (shares!.reduce((sum, { x1, x2, share }) => sum + share * (x1 + x2) / 2, 0) / 100).toFixed(2);
  const bars = (shares: typeof rightShares, i: number, label: string) =>
    Plot.rectY(shares!.filter(({ share }) => share > 0), {
      x1: "x1",
      x2: "x2",
      y: "share",
      fill: seriesColor(i),
      fillOpacity: 0.45,
      stroke: seriesColor(i),
      title: ({ x1, x2, share }: { x1: number; x2: number; share: number }) =>
        `${label}: ${share.toFixed(1)}% between ${x1.toFixed(2)} and ${x2.toFixed(2)}`,
    });
  return drawPlot({
    title: `${runId}: similarities of pairs`,
    alt: `Cosines of all pairs of ${imageCount} test images. Mean of pairs of one class ${
      meanOf(rightShares)
    }, of two classes ${meanOf(wrongShares)}.`,
    legend: ["pairs of one class", "pairs of two classes"],
    options: {
      height: 240,
      x: { label: "cosine", domain: [-1, 1] },
      y: { label: "% of the pairs", grid: true },
      marks: [
        bars(wrongShares, 1, "pairs of two classes"),
        bars(rightShares, 0, "pairs of one class"),
      ],
    },
  });
}

function drawMap(runId: string, { map }: NetworkView, kind: "umap" | "pca"): string {
  const { classIds, imageCount, explained } = map;
  const classes = [...new Set(classIds)];
  const points = map[kind].map(([x, y], i) => ({ x, y, classId: classIds[i]! }));
  const shares = explained.map((share) => `${(100 * share).toFixed(0)}%`).join(" and ");
  const name = kind === "umap" ? "UMAP" : `PCA, axes with ${shares} of the variance`;
  const shown = classes.slice(0, COLORED_COUNT);
  const ofClass = (classId: string) => points.filter((point) => point.classId === classId);
  const title = ({ classId }: typeof points[number]) => classId;
  return drawPlot({
    title: `${runId}: map of embeddings (${name})`,
    alt:
      `${points.length} of ${imageCount} test images in the plane, of ${classes.length} classes; ` +
      `${shown.length} classes have colors. Where classes lie apart, the network tells them apart.`,
    legend: shown,
    options: {
      height: 420,
      x: { axis: null },
      y: { axis: null },
      marks: [
        Plot.dot(points.filter(({ classId }) => !shown.includes(classId)), {
          x: "x",
          y: "y",
          r: 2,
          stroke: "var(--faint)",
          title,
        }),
        ...shown.map((classId, i) =>
          Plot.dot(ofClass(classId), {
            x: "x",
            y: "y",
            r: 3.5,
            fill: seriesColor(i),
            symbol: seriesSymbol(i),
            title,
          })
        ),
      ],
    },
  });
}
