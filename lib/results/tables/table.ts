/** A table of results, before it is Markdown, LaTeX or CSV. */

import { formatDecimals } from "../../format_decimals.ts";
import { type BySeed, leads, listCommonSeeds } from "../statistics/paired_test.ts";
import { FEWEST_RUNS } from "../statistics/summary.ts";

/** One number of a table. */
export interface TableCell {
  /** Percent. */
  readonly mean: number;
  /** Sample standard deviation over seeds; `null` for one run and for published numbers. */
  readonly deviation: number | null;
  /** Half of the 95% interval of the mean; `null` where there are too few runs, and for published numbers. */
  readonly margin: number | null;
  /** Runs that the mean is over; `null` for published numbers. */
  readonly count: number | null;
  /** What it is the mean of; empty for published numbers. */
  readonly bySeed: BySeed;
  /** Runs that it is the mean of, for links; none for published numbers. */
  readonly runIds?: readonly string[];
  /** Whether nothing in its section's column leads it: see {@linkcode markBest}. */
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
  /** Heading over the columns of one dataset, where a table has several. */
  readonly group?: string;
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

/** The whole heading of a column: `CUB-200-2011 R@1`. */
export function formatHeading({ header, group }: TableColumn): string {
  return group === undefined ? header : `${group} ${header}`;
}

/** Decimals of percent in Markdown and LaTeX. */
const DECIMALS = 1;

/** A percentage as tables show it. */
export function formatPercent(value: number): string {
  return Number.isNaN(value) ? "NaN" : formatDecimals(value, DECIMALS);
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
 * Marks the best cells of every column of a section: the largest mean, and every cell that it does not lead by more than the
 * 95% interval of their difference over common seeds.
 *
 * Cells of fewer than `FEWEST_RUNS` runs, or with fewer seeds than that in common with the largest, NaN and published numbers
 * do not take part; one cell alone is not the best of anything.
 */
export function markBest(section: TableSection): TableSection {
  const columnCount = section.rows[0]?.cells.length ?? 0;
  const bests = Array.from({ length: columnCount }, (_, column) => {
    const able = section.rows.map(({ cells }) => cells[column]).filter(canLead);
    if (able.length === 0) return null;
    const best = able.reduce((a, b) => b.mean > a.mean ? b : a);
    return able.filter((cell) => canBeCompared(cell, best)).length > 1 ? best : null;
  });
  const rows = section.rows.map((row) => ({
    ...row,
    cells: row.cells.map((cell, column) => {
      const best = bests[column];
      const isBest = best && canLead(cell) && canBeCompared(cell, best) &&
        !leads(best.bySeed, cell.bySeed);
      return isBest ? { ...cell, isBest } : cell;
    }),
  }));
  return { ...section, rows };
}

function canLead(cell: TableCell | null | undefined): cell is TableCell {
  return cell !== null && cell !== undefined && cell.bySeed.size >= FEWEST_RUNS &&
    !Number.isNaN(cell.mean);
}

function canBeCompared(a: TableCell, b: TableCell): boolean {
  return listCommonSeeds(a.bySeed, b.bySeed).length >= FEWEST_RUNS;
}

/** The 95% interval of a cell as tables show it; empty where there is none. */
export function formatInterval({ mean, margin }: TableCell): string {
  return margin === null
    ? ""
    : `[${formatPercent(mean - margin)}, ${formatPercent(mean + margin)}]`;
}
