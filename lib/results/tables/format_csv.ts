/** Tables as CSV, at full precision: for each column its mean, standard deviation, half of its 95% interval, and n. */

import { stringify } from "@std/csv";
import { formatHeading, type Table, type TableRow } from "./table.ts";

/** Formats a table as CSV. Cells without a run are empty; `source` is empty for our own runs. */
export function formatTableCsv(table: Table): string {
  const header = [
    "block",
    "loss",
    ...table.columns.map(formatHeading).flatMap((header) => [
      header,
      `${header} std`,
      `${header} 95% margin`,
      `${header} n`,
    ]),
    "source",
  ];
  const lines = table.sections.flatMap(({ title, rows }) =>
    rows.map((row) => [title ?? "", row.label, ...formatCells(row), row.source ?? ""])
  );
  return stringify([header, ...lines], { headers: false });
}

function formatCells(row: TableRow): string[] {
  return row.cells.flatMap((cell) =>
    [cell?.mean, cell?.deviation, cell?.margin, cell?.count].map((value) => value?.toString() ?? "")
  );
}
