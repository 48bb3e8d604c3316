/** The page that leads to every table and picture. */

import { type Profile, PROFILES } from "../../dataset/record.ts";
import { capitalize } from "./capitalize.ts";
import { displayBackbone, displayDataset } from "./display_names.ts";
import { escapeMarkdown, formatMarkdownTable } from "./format_markdown.ts";
import { describeSetting } from "./metric_table.ts";
import { RESULT_COLUMNS } from "../rows/row.ts";
import type { Scope } from "./scope.ts";
import type { Table } from "./table.ts";

/** The tables and pictures of one scope. */
export interface IndexEntry {
  /** What their rows agree in. */
  readonly scope: Scope;
  /** In the order of the page. */
  readonly tables: readonly Table[];
  /** In the order of the page. */
  readonly pictures: readonly { readonly name: string }[];
}

/** What a reader must know of the numbers of a profile. */
const PROFILE_NOTES: Readonly<Partial<Record<Profile, string>>> = {
  mini:
    "Profile `mini`: **miniatures**, drawn by this program. They show that everything runs, learns and repeats; " +
    "their numbers say nothing about the published datasets.",
  photos:
    "Profile `photos`: **real photographs, made small**: CUB's first 50 classes, and of Cars196's training photographs up to " +
    "22 a class, cut to the car. Their numbers compare losses and settings with each other, and with no published number.",
};

/** Formats the index: links to the tables over all runs, overviews in full, then links and pictures by dataset. */
export function formatTablesIndex(
  wholes: readonly { readonly stem: string; readonly title: string }[],
  pictures: readonly { readonly name: string }[],
  overviews: readonly Table[],
  entries: readonly IndexEntry[],
): string {
  const present = PROFILES.filter((name) => entries.some(({ scope }) => scope.profile === name));
  const groups = Map.groupBy(
    entries,
    ({ scope }) => displayDataset(scope.dataset, scope.profile),
  );
  return [
    "# Results",
    "",
    "Generated from `full.csv`, `partial.csv`, `imbalance.csv`, `frozen.csv`, `sweep.csv` and `runs/*/epochs.csv` by `deno task table`; " +
    "changes made by hand are lost.",
    ...(entries.length === 0 ? ["", "There are no runs yet."] : []),
    ...present.flatMap((name) => PROFILE_NOTES[name] ? ["", PROFILE_NOTES[name]] : []),
    "",
    "Over all runs, and with datasets side by side:",
    "",
    ...wholes.map((table) => `- ${escapeMarkdown(table.title)}: ${formatLinks(table)}`),
    ...pictures.flatMap(({ name }) => ["", `![Selection bias over all runs](${name})`]),
    ...overviews.flatMap((table) => [
      "",
      `## ${escapeMarkdown(table.title)}`,
      "",
      `${escapeMarkdown(table.caption)} (${formatLinks(table)})`,
      "",
      formatMarkdownTable(table),
    ]),
    ...[...groups].flatMap(([dataset, members]) => [
      "",
      `## ${escapeMarkdown(dataset)}`,
      ...members.flatMap(formatEntry),
    ]),
    "",
    "## Columns of the result files",
    "",
    "| Column | Meaning |",
    "| --- | --- |",
    ...RESULT_COLUMNS.map(({ name, about }) => `| \`${name}\` | ${escapeMarkdown(about)} |`),
    "",
  ].join("\n");
}

function formatEntry({ scope, tables, pictures }: IndexEntry): string[] {
  const { setting, protocol, backbone } = scope;
  const title = `${describeSetting(setting)}, protocol ${protocol}, ${displayBackbone(backbone)}`;
  return [
    "",
    `### ${escapeMarkdown(capitalize(title))}`,
    "",
    ...tables.map((table) => `- ${escapeMarkdown(table.title)}: ${formatLinks(table)}`),
    ...pictures.flatMap(({ name }) => ["", `![${escapeMarkdown(title)}](${name})`]),
  ];
}

function formatLinks({ stem }: { readonly stem: string }): string {
  const formats = [["Markdown", "md"], ["LaTeX", "tex"], ["CSV", "csv"]];
  return formats.map(([name, extension]) => `[${name}](${stem}.${extension})`).join(", ");
}
