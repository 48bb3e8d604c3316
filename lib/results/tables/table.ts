/** A table of results, before it is Markdown, LaTeX or CSV. */

/** One number of a table. */
export interface TableCell {
  /** Percent. */
  readonly mean: number;
  /** Sample standard deviation over seeds; `null` for one run and for published numbers. */
  readonly deviation: number | null;
  /** Runs that the mean is over; `null` for published numbers. */
  readonly count: number | null;
  /** Whether it is the best of its section's column. */
  readonly isBest: boolean;
}

/** One row: a loss, a published method, or the untrained network. */
export interface TableRow {
  /** What the numbers are of. */
  readonly label: string;
  /** One for each column; `null` is an empty cell. */
  readonly cells: readonly (TableCell | null)[];
  /** Where published numbers are from; `null` for ours. */
  readonly source: string | null;
}

/** Rows that are compared with each other. */
export interface TableSection {
  /** What the rows have in common; `null` for the rows above all sections. */
  readonly title: string | null;
  /** In the order of the table. */
  readonly rows: readonly TableRow[];
}

/** One column of numbers. */
export interface TableColumn {
  /** Heading. */
  readonly header: string;
}

/** A table. */
export interface Table {
  /** Name of its files. */
  readonly stem: string;
  /** A few words. */
  readonly title: string;
  /** What was measured, and how. */
  readonly caption: string;
  /** Columns of numbers; the label and n are added by formatters. */
  readonly columns: readonly TableColumn[];
  /** Top to bottom. */
  readonly sections: readonly TableSection[];
}

/** Decimals of percent in Markdown and LaTeX. */
const DECIMALS = 1;

/** A percentage as tables show it. */
export function formatPercent(value: number): string {
  return Number.isNaN(value) ? "NaN" : value.toFixed(DECIMALS);
}

/** Runs behind a row: `2`, or `1–3` where its cells differ; empty for published numbers and rows without runs. */
export function formatRunCount(row: TableRow): string {
  const counts = row.cells.map((cell) => cell?.count ?? null).filter((count) => count !== null);
  if (counts.length === 0) return "";
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return least === most ? `${least}` : `${least}–${most}`;
}

/** Sources of a table's published numbers, each once, in order of appearance; the first is footnote 1. */
export function listSources(table: Table): string[] {
  const sources = table.sections.flatMap(({ rows }) => rows.map(({ source }) => source));
  return [...new Set(sources.filter((source) => source !== null))];
}

/**
 * Marks the best cells of every column of a section: the largest as displayed, ties included.
 *
 * One row alone is not the best of anything; NaN and published numbers do not take part.
 */
export function markBest(section: TableSection): TableSection {
  const columnCount = section.rows[0]?.cells.length ?? 0;
  const bests = Array.from({ length: columnCount }, (_, column) => {
    const shown = section.rows
      .map(({ cells }) => cells[column])
      .filter((cell) => cell && cell.count !== null && !Number.isNaN(cell.mean))
      .map((cell) => Number(formatPercent(cell!.mean)));
    return shown.length > 1 ? Math.max(...shown) : NaN;
  });
  const rows = section.rows.map((row) => ({
    ...row,
    cells: row.cells.map((cell, column) =>
      cell && cell.count !== null && Number(formatPercent(cell.mean)) === bests[column]
        ? { ...cell, isBest: true }
        : cell
    ),
  }));
  return { ...section, rows };
}
