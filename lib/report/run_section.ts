/** One run on the page: everything that its numbers stand on. */

import { METRICS } from "../eval/metric_definitions.ts";
import type { ResultRow } from "../results/rows/row.ts";
import { displaySelection } from "../results/tables/display_names.ts";
import { element, escapeHtml, link, textElement } from "./html.ts";
import type { ReportRun } from "./report_data.ts";
import { runAnchor } from "./run_anchor.ts";
import { formatSortableTable, numberCell, textCell } from "./sortable_table.ts";

type Fact = readonly [name: string, value: string | number | null];

/** A run: its reported epochs, configuration, code, data, weights, machine, cost and course. */
export function formatRunSection({ runId, rows, epochs, config }: ReportRun): string {
  const row = rows[0]!;
  const last = rows.reduce((a, b) => b.epoch > a.epoch ? b : a);
  const folder = `runs/${runId}`;
  return element(
    "details",
    { id: runAnchor(runId), class: "run" },
    textElement("summary", runId),
    formatReported(runId, rows),
    formatFacts("Code and data", listOrigin(row)),
    formatFacts("Machine and cost", listCost(last)),
    config === null
      ? textElement("p", `Its configuration is not here: ${folder}/config.json is missing.`)
      : element(
        "details",
        {},
        textElement("summary", "Configuration"),
        textElement("pre", JSON.stringify(config, null, 2), { tabindex: 0 }),
      ),
    epochs.length === 0
      ? textElement("p", `Its course is not here: ${folder}/epochs.csv is missing.`)
      : formatCourse(runId, epochs),
    element("p", {}, "Its files: ", link(`${folder}/`, folder), "."),
  );
}

function formatReported(runId: string, rows: readonly ResultRow[]): string {
  const metrics = METRICS.filter(({ column }) => rows.some((row) => row[column] !== null));
  return formatSortableTable({
    id: `reported-${runAnchor(runId)}`,
    caption: "Reported epochs, percent",
    columns: [
      { header: "Choice" },
      { header: "Epoch", isNumber: true },
      ...metrics.map(({ title }) => ({ header: title, isNumber: true })),
    ],
    rows: rows.map((row) => ({
      cells: [
        textCell(displaySelection(row.selection)),
        numberCell(row.epoch, 0),
        ...metrics.map(({ column }) => numberCell(row[column], 2)),
      ],
    })),
  });
}

function formatCourse(runId: string, epochs: ReportRun["epochs"]): string {
  return element(
    "details",
    {},
    textElement("summary", `Course of ${epochs.length - 1} epochs`),
    formatSortableTable({
      id: `course-${runAnchor(runId)}`,
      caption: "Every epoch; 0 is the untrained network",
      columns: ["Epoch", "Mean loss", "R@1", "MAP@R", "Held-out R@1", "Seconds", "Images/s"]
        .map((header) => ({ header, isNumber: true })),
      rows: epochs.map((epoch) => ({
        cells: [
          numberCell(epoch.epoch, 0),
          numberCell(epoch.mean_loss, 4),
          numberCell(epoch.recall_at_1, 2),
          numberCell(epoch.map_at_r, 2),
          numberCell(epoch.held_out_recall_at_1, 2),
          numberCell(epoch.wall_seconds, 2),
          numberCell(epoch.images_per_second, 1),
        ],
      })),
    }),
  );
}

function listOrigin(row: ResultRow): Fact[] {
  return [
    ["Commit", row.commit],
    ["Code differed from the commit", row.code_changed],
    ["Configuration (SHA-256)", row.config_hash],
    ["Data (SHA-256 of the manifest)", row.data_hash],
    ["First weights", row.weights_hash === "random" ? "random numbers" : row.weights_name],
    ["First weights (SHA-256)", row.weights_hash],
    ["Seed", row.seed],
    ["Held-out share of the classes", row.held_out_share],
    ["Queries", row.query_count],
    ["Queries left out", row.left_out_count],
  ];
}

function listCost(row: ResultRow): Fact[] {
  const megabytes = row.peak_memory_bytes === null ? null : Math.round(row.peak_memory_bytes / 1e6);
  return [
    ["Backend", `${row.backend} ${row.backend_version}`],
    ["Device", row.device],
    ["Threads", row.threads],
    ["Precision", row.precision],
    ["Deterministic", row.deterministic],
    ["Processor", row.cpu],
    ["GPU", row.gpu === null ? null : [row.gpu, row.gpu_driver].join(", driver ")],
    ["System", row.os],
    ["Deno", row.deno_version],
    ["Packages (SHA-256 of deno.lock)", row.lock_hash],
    [`Training to epoch ${row.epoch}, seconds`, Number(row.wall_seconds.toFixed(1))],
    [
      "Evaluation, seconds",
      row.evaluation_seconds === null ? null : Number(row.evaluation_seconds.toFixed(1)),
    ],
    ["Peak memory, MB", megabytes],
    ["Energy, J", row.energy_joules === null ? null : Math.round(row.energy_joules)],
  ];
}

/** Facts that a row does not have are said to be unknown, not left out. */
function formatFacts(title: string, facts: readonly Fact[]): string {
  const items = facts.map(([name, value]) =>
    `${textElement("dt", name)}<dd>${
      value === null
        ? textElement("span", "not recorded", { class: "faint" })
        : escapeHtml(`${value}`)
    }</dd>`
  );
  return textElement("h4", title) + element("dl", {}, ...items);
}
