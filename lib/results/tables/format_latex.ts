/** Tables as LaTeX, for `\\input`; the document needs the package booktabs. */

import {
  formatInterval,
  formatPercent,
  formatRunCount,
  listSources,
  type Table,
  type TableCell,
  type TableRow,
} from "./table.ts";

/** Formats a table as a `table` environment with caption, label and sources. */
export function formatLatex(table: Table): string {
  const columnCount = table.columns.length + 2;
  const sources = listSources(table);
  const notes = sources.map((source, i) => `$^{${i + 1}}$~${escapeLatex(source)}`);
  return [
    "% Generated from the result files; needs \\usepackage{booktabs}.",
    "\\begin{table}",
    "\\centering",
    "\\small",
    `\\caption{${escapeLatex(table.caption)}}`,
    `\\label{tab:${table.stem}}`,
    `\\begin{tabular}{l${"r".repeat(columnCount - 1)}}`,
    "\\toprule",
    ...formatGroups(table),
    `${
      ["Loss", ...table.columns.map(({ header }) => escapeLatex(header)), "$n$"].join(" & ")
    } \\\\`,
    ...table.sections.flatMap(({ title, rows }) => [
      "\\midrule",
      ...(title === null
        ? []
        : [`\\multicolumn{${columnCount}}{l}{\\emph{${escapeLatex(title)}}} \\\\`]),
      ...rows.map((row) => formatRow(row, sources)),
    ]),
    "\\bottomrule",
    "\\end{tabular}",
    ...(notes.length > 0 ? ["", "\\smallskip", `\\footnotesize ${notes.join("; ")}.`] : []),
    "\\end{table}",
    "",
  ].join("\n");
}

/** A line of headings that each stand over the columns of a dataset, with a rule below; none for one dataset. */
function formatGroups({ columns }: Table): string[] {
  if (columns.every(({ group }) => group === undefined)) return [];
  const cells: string[] = [];
  const rules: string[] = [];
  for (let first = 0; first < columns.length;) {
    const { group = "" } = columns[first]!;
    const next = columns.findIndex((column, i) => i > first && (column.group ?? "") !== group);
    const end = next === -1 ? columns.length : next;
    cells.push(`\\multicolumn{${end - first}}{c}{${escapeLatex(group)}}`);
    rules.push(`\\cmidrule(lr){${first + 2}-${end + 1}}`);
    first = end;
  }
  return [` & ${cells.join(" & ")} & \\\\`, rules.join(" ")];
}

const REPLACEMENTS: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "{": "\\{",
  "}": "\\}",
  "$": "\\$",
  "&": "\\&",
  "#": "\\#",
  "%": "\\%",
  "_": "\\_",
  "^": "\\textasciicircum{}",
  "~": "\\textasciitilde{}",
  "<": "\\textless{}",
  ">": "\\textgreater{}",
  '"': "\\textquotedbl{}",
  "α": "$\\alpha$",
  "γ": "$\\gamma$",
  "δ": "$\\delta$",
  "±": "$\\pm$",
  "–": "--",
};

/** Escapes what LaTeX would take for markup, and writes Greek letters and ± in math. */
export function escapeLatex(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")
    .replace(/[\\{}$&#%_^~<>"αγδ±–]/g, (character) => REPLACEMENTS[character]!);
}

function formatRow(row: TableRow, sources: readonly string[]): string {
  const note = row.source === null ? "" : `$^{${sources.indexOf(row.source) + 1}}$`;
  const count = formatRunCount(row).replace("–", "--");
  return `${[escapeLatex(row.label) + note, ...row.cells.map(formatCell), count].join(" & ")} \\\\`;
}

function formatCell(cell: TableCell | null): string {
  if (cell === null) return "";
  const mean = cell.isBest ? `\\textbf{${formatPercent(cell.mean)}}` : formatPercent(cell.mean);
  if (cell.deviation === null) return mean;
  const interval = formatInterval(cell);
  return `${mean}\\,$\\pm$\\,${formatPercent(cell.deviation)}${
    interval && ` {\\scriptsize ${interval}}`
  }`;
}
