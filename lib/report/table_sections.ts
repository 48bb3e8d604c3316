/** The tables of the results folder, with a link from every number to what it is the mean of. */

import type { Table, TableCell, TableRow } from "../results/tables/table.ts";
import { formatInterval, formatPercent } from "../results/tables/table.ts";
import type { TextTable } from "../results/tables/text_table.ts";
import { element, escapeHtml, link } from "./html.ts";
import { formatSortableTable, numberCell, type ReportCell, textCell } from "./sortable_table.ts";
import { runAnchor } from "./run_anchor.ts";

/** A table of means over seeds. */
export function formatMeansTable(table: Table): string {
  const columns = [
    { header: "Method" },
    { header: "Block" },
    ...table.columns.map(({ header }) => ({ header, isNumber: true })),
    { header: "Runs" },
  ];
  const rows = table.sections.flatMap(({ title, rows }) =>
    rows.map((row) => ({
      cells: [
        textCell(row.source === null ? row.label : `${row.label}: ${row.source}`),
        textCell(title),
        ...row.cells.map(formatMean),
        formatRuns(row),
      ],
    }))
  );
  return formatSortableTable({
    id: `table-${table.stem}`,
    caption: `${table.title}. ${table.caption}`,
    columns,
    rows,
  });
}

function formatMean(cell: TableCell | null): ReportCell {
  if (cell === null) return textCell(null);
  const { mean, deviation, runIds = [], isBest } = cell;
  const shown = formatPercent(mean) + (deviation === null ? "" : ` ± ${formatPercent(deviation)}`);
  const [first] = runIds;
  const interval = formatInterval(cell);
  const title = [`n = ${runIds.length}`, ...(interval ? [`95% ${interval}`] : [])].join(", ");
  const number = first === undefined
    ? escapeHtml(shown)
    : link(`#${runAnchor(first)}`, shown, { title });
  return { html: isBest ? element("strong", {}, number) : number, value: mean };
}

/** Links to the runs behind a row; seeds alone differ. */
function formatRuns({ cells }: TableRow): ReportCell {
  const bySeed = new Map<string, string>();
  for (const cell of cells) {
    const seeds = [...cell?.bySeed.keys() ?? []];
    cell?.runIds?.forEach((runId, i) => bySeed.set(runId, `${seeds[i] ?? i}`));
  }
  const links = Array.from(bySeed, ([runId, seed]) => link(`#${runAnchor(runId)}`, seed));
  return { html: links.join(" "), value: links.length };
}

/** A table of words and numbers. */
export function formatWordsTable(table: TextTable): string {
  return formatSortableTable({
    id: `table-${table.stem}`,
    caption: `${table.title}. ${table.caption}`,
    columns: table.columns.map(({ header, decimals }) => ({
      header,
      isNumber: decimals !== undefined,
    })),
    rows: table.rows.map((row) => ({
      cells: row.map((value, i) =>
        typeof value === "number"
          ? numberCell(value, table.columns[i]!.decimals ?? 0)
          : textCell(value)
      ),
    })),
  });
}
