/** Tables whose cells are words as well as numbers: the same columns as Markdown, LaTeX and CSV. */

import { stringify } from "@std/csv";
import { formatDecimals } from "../../format_decimals.ts";
import { escapeLatex } from "./format_latex.ts";
import { escapeMarkdown } from "./format_markdown.ts";

/** A table of texts. */
export interface TextTable {
  /** Name of its files. */
  readonly stem: string;
  /** A few words. */
  readonly title: string;
  /** What its cells are, and by what rule. */
  readonly caption: string;
  readonly columns: readonly TextColumn[];
  /** One value for each column: a text, or a number at full precision; `null` is an empty cell. */
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/** A column of texts or of numbers. */
export interface TextColumn {
  readonly header: string;
  /** Decimals of numbers in Markdown and LaTeX; CSV has all. Left out for texts. */
  readonly decimals?: number;
}

/** Formats a table as one Markdown document. */
export function formatTextMarkdown(table: TextTable): string {
  const lines = [
    table.columns.map(({ header }) => escapeMarkdown(header)),
    table.columns.map(({ decimals }) => decimals === undefined ? "---" : "---:"),
    ...table.rows.map((row) =>
      row.map((value, i) => escapeMarkdown(show(value, table.columns[i]!)))
    ),
  ];
  return [
    `# ${escapeMarkdown(table.title)}`,
    "",
    escapeMarkdown(table.caption),
    "",
    ...lines.map((cells) => `| ${cells.join(" | ")} |`),
    "",
  ].join("\n");
}

/** Formats a table as a `longtable` with caption and label. */
export function formatTextLatex(table: TextTable): string {
  const toLine = (cells: readonly string[]) => `${cells.map(escapeLatex).join(" & ")} \\\\`;
  const alignment = table.columns.map(({ decimals }) => decimals === undefined ? "l" : "r");
  return [
    "% Generated from the result files; needs \\usepackage{booktabs,longtable}.",
    "\\begingroup\\footnotesize",
    `\\begin{longtable}{${alignment.join("")}}`,
    `\\caption{${escapeLatex(table.caption)}}\\label{tab:${table.stem}} \\\\`,
    "\\toprule",
    toLine(table.columns.map(({ header }) => header)),
    "\\midrule\\endhead",
    ...table.rows.map((row) => toLine(row.map((value, i) => show(value, table.columns[i]!)))),
    "\\bottomrule",
    "\\end{longtable}",
    "\\endgroup",
    "",
  ].join("\n");
}

/** Formats a table as CSV, numbers at full precision. */
export function formatTextCsv(table: TextTable): string {
  const lines = table.rows.map((row) => row.map((value) => value?.toString() ?? ""));
  return stringify([table.columns.map(({ header }) => header), ...lines], { headers: false });
}

function show(value: string | number | null, { decimals = 0 }: TextColumn): string {
  if (value === null) return "";
  return typeof value === "number" ? formatDecimals(value, decimals) : value;
}
