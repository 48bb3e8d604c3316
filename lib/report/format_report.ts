/** The report: one HTML file that needs no other, of the same bytes for the same results. */

import type { ResultRow } from "../results/rows/row.ts";
import {
  displayBackbone,
  displayDataset,
  displayLoss,
  displaySelection,
  displaySetting,
} from "../results/tables/display_names.ts";
import {
  drawAlphaCharts,
  drawEpochCharts,
  drawSelectionCharts,
  drawSweepCharts,
} from "./chart_sections.ts";
import { element, escapeHtml, link, textElement } from "./html.ts";
import { formatNetworkSection } from "./network_section.ts";
import { PAGE_SCRIPT } from "./page_script.ts";
import { PAGE_STYLE } from "./page_style.ts";
import type { ReportData } from "./report_data.ts";
import { runAnchor } from "./run_anchor.ts";
import { formatRunSection } from "./run_section.ts";
import { formatSamplerSection } from "./sampler_section.ts";
import { formatSortableTable, numberCell, textCell } from "./sortable_table.ts";
import { formatMeansTable, formatWordsTable } from "./table_sections.ts";

interface Section {
  readonly id: string;
  readonly title: string;
  readonly html: string;
}

/** Formats the page. */
export function formatReport(data: ReportData): string {
  const sections = listSections(data);
  const nav = sections.map(({ id, title }) => element("li", {}, link(`#${id}`, title)));
  const body = sections.map(({ id, title, html }) =>
    element(
      "section",
      { id, "aria-labelledby": `${id}-title` },
      textElement("h2", title, { id: `${id}-title` }),
      html,
    )
  );
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>Proxy-AN: report of results</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<a class="skip" href="#main">To the content</a>
<header><h1>Proxy-AN: report of results</h1>
<nav aria-label="Sections"><ul>${nav.join("")}</ul></nav></header>
<main id="main" tabindex="-1">
${body.join("\n")}
</main>
<div id="tip" role="tooltip" hidden></div>
<script>${PAGE_SCRIPT}</script>
</body>
</html>
`;
}

function listSections(data: ReportData): Section[] {
  const { tables, runs } = data;
  const wordsOf = (stem: string) =>
    tables.wholes.filter((table) => table.stem === stem).map(formatWordsTable).join("");
  const others = tables.wholes.filter(({ stem }) => stem !== "claims" && !/bias/.test(stem));
  const means = [...tables.paired, ...tables.scopes.flatMap(({ tables }) => tables)];
  return [
    { id: "overview", title: "Overview", html: formatOverview(data) },
    { id: "claims", title: "Published numbers and ours", html: wordsOf("claims") },
    { id: "tables", title: "Tables", html: means.map(formatMeansTable).join("") },
    {
      id: "comparisons",
      title: "Comparisons and costs",
      html: others.map(formatWordsTable).join(""),
    },
    {
      id: "curves",
      title: "Curves over epochs",
      html: charts(drawEpochCharts(data), "No run has its epochs here."),
    },
    {
      id: "sweeps",
      title: "Rates, gammas and alphas",
      html: charts(
        [...drawSweepCharts(data), ...drawAlphaCharts(data)],
        "No setting was run at several rates, gammas or alphas.",
      ) + (drawAlphaCharts(data).length === 0
        ? textElement("p", "No loss was run at several alphas.")
        : ""),
    },
    {
      id: "selection",
      title: "What choosing the epoch adds",
      html: charts(drawSelectionCharts(data), "No run has two choices of epoch.") +
        tables.wholes.filter(({ stem }) => /bias/.test(stem)).map(formatWordsTable).join(""),
    },
    { id: "sampler", title: "What the sampler drew", html: formatSamplers(data) },
    { id: "networks", title: "What the networks do", html: formatNetworks(data) },
    { id: "rows", title: "All rows", html: formatAllRows(tables.sorted) },
    { id: "runs", title: "Runs", html: runs.map(formatRunSection).join("") },
  ];
}

function charts(figures: readonly string[], nothing: string): string {
  return figures.length === 0
    ? textElement("p", nothing)
    : element("div", { class: "charts" }, ...figures);
}

function formatOverview({ runs, tables }: ReportData): string {
  const count = (of: (row: ResultRow) => string) => new Set(tables.sorted.map(of)).size;
  const verdicts = tables.wholes.find(({ stem }) => stem === "claims")!.caption.split(". ")[0]!;
  const hours =
    runs.reduce((sum, { rows }) => sum + Math.max(...rows.map((row) => row.wall_seconds)), 0) /
    3600;
  const cards = [
    [runs.length, "runs"],
    [count(({ dataset, profile }) => `${profile}/${dataset}`), "datasets"],
    [count(({ loss }) => loss), "losses"],
    [count(({ backbone }) => backbone), "networks"],
    [hours.toFixed(2), "hours of training"],
  ].map(([value, name]) =>
    element("li", {}, textElement("strong", `${value}`), escapeHtml(`${name}`))
  );
  const isMini = tables.sorted.some(({ profile }) => profile === "mini");
  return [
    isMini
      ? textElement(
        "p",
        "Rows of profile mini are of drawn miniature datasets and a small network: nothing there is a number of the paper.",
      )
      : "",
    element("ul", { class: "cards" }, ...cards),
    element(
      "p",
      {},
      escapeHtml(`Published numbers against ours: ${verdicts}. `),
      link("#claims", "The rule and every verdict"),
      ".",
    ),
    ...tables.overviews.map(formatMeansTable),
  ].join("");
}

function formatSamplers({ runs }: ReportData): string {
  const seen = runs.filter(({ view }) => view !== null);
  if (seen.length === 0) return formatMissing("what the sampler drew");
  return seen.map(({ runId, view }) =>
    element(
      "details",
      {},
      textElement("summary", runId),
      formatSamplerSection(runId, view!.sampler),
    )
  ).join("");
}

function formatNetworks({ runs, hasImages }: ReportData): string {
  const seen = runs.filter(({ view }) => view !== null);
  if (seen.length === 0) return formatMissing("what networks do with test images");
  return seen.map(({ runId, view }) =>
    element(
      "details",
      {},
      textElement("summary", runId),
      view!.network === null
        ? textElement(
          "p",
          `Its weights were not here when it was looked into: \`deno task reproduce-all\` or the task that trained it makes them, then \`deno task views --run ${runId}\`.`,
        )
        : formatNetworkSection(runId, view!.network, hasImages),
    )
  ).join("");
}

function formatMissing(what: string): string {
  return textElement(
    "p",
    `Nothing here says ${what}: no run has a view. \`deno task views\` makes them from data and weights, then \`deno task report\` shows them.`,
  );
}

function formatAllRows(rows: readonly ResultRow[]): string {
  return formatSortableTable({
    id: "all-rows",
    caption:
      "Every run at every reported epoch, percent. The run leads to its configuration, commit, data, machine and cost",
    columns: [
      ...["Run", "Dataset", "Setting", "Loss", "Network", "Protocol", "Choice"].map((header) => ({
        header,
      })),
      ...["α", "Seed", "Epoch", "R@1", "MAP@R", "R-Precision", "Seconds"].map((header) => ({
        header,
        isNumber: true,
      })),
    ],
    rows: rows.map((row) => ({
      cells: [
        {
          html: link(`#${runAnchor(row.run_id)}`, row.config_hash.slice(0, 8), {
            title: row.run_id,
          }),
          value: row.config_hash.slice(0, 8),
        },
        textCell(displayDataset(row.dataset, row.profile)),
        textCell(displaySetting(row)),
        textCell(displayLoss(row.loss)),
        textCell(displayBackbone(row.backbone)),
        textCell(row.protocol),
        textCell(displaySelection(row.selection)),
        numberCell(row.alpha, 0),
        numberCell(row.seed, 0),
        numberCell(row.epoch, 0),
        numberCell(row.recall_at_1, 2),
        numberCell(row.map_at_r, 2),
        numberCell(row.r_precision, 2),
        numberCell(row.wall_seconds, 1),
      ],
    })),
  });
}
