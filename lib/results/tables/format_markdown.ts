/** Tables as GitHub Markdown. */

import {
  formatHeading,
  formatInterval,
  formatPercent,
  formatRunCount,
  listSources,
  type Table,
  type TableCell,
  type TableRow,
} from "./table.ts";

/** Formats a table with its title, caption and sources as one Markdown document. */
export function formatMarkdown(table: Table): string {
  const sources = listSources(table).map((source, i) => `${i + 1}. ${escapeMarkdown(source)}`);
  return [
    `# ${escapeMarkdown(table.title)}`,
    "",
    escapeMarkdown(table.caption),
    "",
    formatMarkdownTable(table),
    ...(sources.length > 0 ? ["", "Sources of published numbers:", "", ...sources] : []),
    "",
  ].join("\n");
}

/** Formats the table alone, without title and caption. */
export function formatMarkdownTable(table: Table): string {
  const sources = listSources(table);
  const headers = table.columns.map(formatHeading);
  const columnCount = table.columns.length + 2;
  const lines = [
    ["Loss", ...headers, "n"].map(escapeMarkdown),
    ["---", ...Array(columnCount - 1).fill("---:")],
  ];
  for (const { title, rows } of table.sections) {
    if (title !== null) {
      lines.push([`*${escapeMarkdown(title)}*`, ...Array(columnCount - 1).fill("")]);
    }
    lines.push(...rows.map((row) => formatRow(row, sources)));
  }
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** Escapes what Markdown would take for markup. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")
    .replace(/[\\`*_|<>[\]$~]|&(?=#?\w+;)/g, (character) => `\\${character}`);
}

function formatRow(row: TableRow, sources: readonly string[]): string[] {
  const note = row.source === null ? "" : ` [${sources.indexOf(row.source) + 1}]`;
  const label = escapeMarkdown(row.label + note);
  return [label, ...row.cells.map(formatCell), formatRunCount(row)];
}

function formatCell(cell: TableCell | null): string {
  if (cell === null) return "";
  const mean = cell.isBest ? `**${formatPercent(cell.mean)}**` : formatPercent(cell.mean);
  if (cell.deviation === null) return mean;
  const interval = escapeMarkdown(formatInterval(cell));
  return `${mean} ± ${formatPercent(cell.deviation)}${interval && ` ${interval}`}`;
}
