/**
 * Stand-in for `jsr:@std/csv` 1.x: `parse` and `stringify` with its signatures for what is used here, over
 * npm:csv-parse and npm:csv-stringify.
 */
import { CsvError, parse as parseCsv } from "csv-parse/sync";
import { stringify as stringifyCsv } from "csv-stringify/sync";

/** Options of {@linkcode parse}. */
export interface ParseOptions {
  /** Take the column names from the first row and return records. @default {false} */
  skipFirstRow?: boolean;
}

/** Records where the first row names the columns, else rows of strings. */
export type ParseResult<ParseOptions, T> = T extends ParseOptions & { skipFirstRow: true }
  ? Record<string, string | undefined>[]
  : T extends ParseOptions & { skipFirstRow?: false | undefined } ? string[][]
  : Record<string, string | undefined>[] | string[][];

/** Options of {@linkcode stringify}. */
export interface StringifyOptions {
  /** Whether the column names are the first row. @default {true} */
  headers?: boolean;
  /** Keys of the records, in order; needed for records, not for arrays. */
  columns?: readonly string[];
}

/** A record or a row of values. */
export type DataItem = Readonly<Record<string, unknown> | unknown[]>;

/**
 * Parses CSV text into rows of strings. Empty lines are left out.
 *
 * @throws {SyntaxError} If a quote is out of place or never closed.
 */
export function parse(input: string): string[][];
/** Parses CSV text into rows of strings or, where the first row names the columns, into records. */
export function parse<const T extends ParseOptions>(
  input: string,
  options: T,
): ParseResult<ParseOptions, T>;
export function parse(
  input: string,
  options: ParseOptions = {},
): string[][] | Record<string, string | undefined>[] {
  const rows = parseRows(input);
  if (!options.skipFirstRow) return rows;
  const names = rows.shift();
  if (names === undefined) throw new TypeError("Headers must be defined");
  return rows.map((row, i) => {
    if (row.length === names.length) {
      return Object.fromEntries(names.map((name, column) => [name, row[column]]));
    }
    throw new SyntaxError(
      `Syntax error on line ${
        i + 2
      }: The record has ${row.length} fields, but the header has ${names.length} fields`,
    );
  });
}

function parseRows(input: string): string[][] {
  try {
    // Line ends are listed as csv-parse else takes the first one for all; a carriage return alone is none to @std/csv.
    return parseCsv(input, {
      bom: true,
      record_delimiter: ["\r\n", "\n"],
      relax_column_count: true,
      skip_empty_lines: true,
    });
  } catch (error) {
    if (error instanceof CsvError) throw new SyntaxError(error.message);
    throw error;
  }
}

/**
 * Formats records or rows as CSV text with `\r\n` line ends, as RFC 4180 and @std/csv have it.
 *
 * `undefined` and `null` are empty; a value with a comma, a quote or a line feed is quoted.
 */
export function stringify(data: readonly DataItem[], options: StringifyOptions = {}): string {
  const { headers = true, columns = [] } = options;
  const rows = data.map((item) =>
    columns.length === 0
      ? Object.values(item)
      : columns.map((name) => (item as Record<string, unknown>)[name])
  );
  return stringifyCsv(headers && columns.length > 0 ? [columns, ...rows] : rows, {
    record_delimiter: "\r\n",
    quoted_match: /[\n"]/,
    cast: { number: String, boolean: String, bigint: String },
  });
}
