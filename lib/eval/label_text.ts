/** Labels as text: one a line, or a column of a table. */

import { parse as parseTable } from "csv-parse/sync";
import { InputError } from "../errors.ts";
import { quoteText } from "../file/quote_text.ts";

/**
 * Parses labels, one a line. Spaces around them do not count.
 *
 * @param text Whole file.
 * @param path Where it came from; only used in errors. In a `.csv` or `.tsv` file a label may be quoted.
 * @throws {InputError} With `path:line`, if a line is empty, or the lines are those of a table.
 */
export function parseLabelLines(text: string, path: string): string[] {
  const lines = splitLines(text, path);
  const mayQuote = /\.[ct]sv$/i.test(path);
  const separators = lines.every((line) => line.includes(";")) ? /[,\t;]/ : /[,\t]/;
  return lines.map((line, i) => {
    const at = `${path}:${i + 1}`;
    const quoted = mayQuote ? /^"((?:[^"]|"")*)"$/.exec(line.trim())?.[1] : undefined;
    const label = (quoted?.replaceAll('""', '"') ?? line).trim();
    if (label === "") failEmpty(at);
    if (quoted !== undefined || !separators.test(line)) return label;
    throw new InputError(
      `${at}: Cannot read labels as a line must be one label: it is ${quoteText(line)}; ` +
        "if it is a table, choose its column with --label-column",
    );
  });
}

/**
 * Parses labels out of a table whose columns are separated by tabs, commas or semicolons.
 *
 * @param column Name in the first line; or a number from 1, which means that there is no line of names.
 * @throws {InputError} With `path:line`, if there is no such column, a line has more or fewer, or a label is empty.
 */
export function parseLabelColumn(text: string, path: string, column: string): string[] {
  const rows = parseTableRows(text, path, column);
  const names = listNames(rows);
  const named = names.indexOf(tidyName(column));
  const index = named >= 0 ? named : /^[1-9]\d{0,4}$/.test(column) ? Number(column) - 1 : -1;
  if (
    index < 0 || index >= names.length ||
    names.indexOf(names[index]!, named + 1) > named && named >= 0
  ) {
    failColumn(path, column, names);
  }
  return (named >= 0 ? rows.slice(1) : rows).map(({ fields, line }) => {
    const at = `${path}:${line}`;
    if (fields.length !== names.length) {
      throw new InputError(
        `${at}: Cannot read labels as every line must have the ${names.length} columns of the first: ` +
          `it has ${fields.length}`,
      );
    }
    return fields[index]!.trim() || failEmpty(at);
  });
}

function tidyName(name: string): string {
  return name.normalize("NFC").trim();
}

function listNames(rows: readonly TableRow[]): string[] {
  return rows[0]!.fields.map(tidyName);
}

/**
 * Rows by the mark that separates columns: one that gives every line as many, the tab before others. Of comma and semicolon,
 * as in tables with decimal commas, both may do; then it is the one by which there is a column of this name.
 */
function parseTableRows(text: string, path: string, column: string): readonly TableRow[] {
  const firstLine = splitLines(text, path)[0]!;
  const present = ["\t", ",", ";"].filter((mark) => firstLine.includes(mark));
  if (present.length <= 1) return parseRows(text, path, present[0] ?? ",");
  const even = present.flatMap((mark) => {
    const rows = parseEvenRows(text, path, mark);
    return rows ? [{ mark, rows }] : [];
  });
  if (even.length === 0) return parseRows(text, path, present[0]!);
  if (even.length === 1 || even[0]!.mark === "\t") return even[0]!.rows;
  const named = even.filter(({ rows }) => listNames(rows).includes(tidyName(column)));
  if (named.length === 1) return named[0]!.rows;
  throw new InputError(
    `${path}:1: Cannot read labels as its columns must be separated by commas or by semicolons: ` +
      `it is ${
        quoteText(firstLine)
      }, which may be either; separate them by tabs, or quote what holds the other`,
  );
}

/** `null` unless every line has the columns of the first, and more than one. */
function parseEvenRows(text: string, path: string, mark: string): TableRow[] | null {
  try {
    const rows = parseRows(text, path, mark);
    const columnCount = rows[0]!.fields.length;
    return columnCount > 1 && rows.every(({ fields }) => fields.length === columnCount)
      ? rows
      : null;
  } catch (error) {
    if (error instanceof InputError) return null; // its quotes do not match
    throw error;
  }
}

function failColumn(path: string, column: string, names: readonly string[]): never {
  const shown = names.map((name) => quoteText(name)).join(", ");
  throw new InputError(
    `${path}:1: Cannot read labels as --label-column must name one of its columns, or its number: ` +
      `it is ${quoteText(column)} of ${shown.length > 300 ? `${shown.slice(0, 300)}...` : shown}`,
  );
}

/** Lines without their ends; the last one may be unfinished. */
function splitLines(text: string, path: string): string[] {
  const lines = text.split(/\r\n|\n|\r/);
  if (lines.at(-1) === "") lines.pop();
  if (lines.length > 0) return lines;
  throw new InputError(`${path}: Cannot read labels as it must hold some: it is empty`);
}

function failEmpty(at: string): never {
  throw new InputError(`${at}: Cannot read labels as every line must have one: it is empty`);
}

interface TableRow {
  readonly fields: readonly string[];
  /** Number of its last line in the file. */
  readonly line: number;
}

function parseRows(text: string, path: string, delimiter: string): TableRow[] {
  const options = {
    delimiter,
    record_delimiter: ["\r\n", "\n", "\r"],
    info: true,
    relax_column_count: true,
  };
  try {
    const rows = parseTable(text, options) as unknown as {
      readonly record: string[];
      readonly info: { readonly lines: number };
    }[];
    return rows.map(({ record, info }) => ({ fields: record, line: info.lines }));
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0]! : String(error);
    throw new InputError(
      `${path}: Cannot read labels as quotes of the table must match: ${quoteText(reason)}`,
    );
  }
}
