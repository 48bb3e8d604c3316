/** Stand-in for `jsr:@std/csv`: `parse` and `stringify` with the same signatures for the options used here, over
 * npm:csv-parse and npm:csv-stringify. */
import { parse as csvParse } from "csv-parse/sync";
import { stringify as csvStringify } from "csv-stringify/sync";

/** Options of {@linkcode parse}: the first row names the columns. */
export interface ParseOptions {
  /** Take the column names from the first row and return records. */
  skipFirstRow: true;
}

/** Options of {@linkcode stringify}. */
export interface StringifyOptions {
  /** Column names, in order; also the header. */
  columns: readonly string[];
}

/** Parses CSV text: rows of strings, or records where the first row names the columns. */
export function parse(text: string): string[][];
export function parse(text: string, options: ParseOptions): Record<string, string>[];
export function parse(text: string, options?: ParseOptions): string[][] | Record<string, string>[] {
  return csvParse(text, { columns: options?.skipFirstRow ?? false, relax_column_count: false });
}

/** Formats records as CSV text with a header and `\r\n` line ends, as RFC 4180 and @std/csv have it. */
export function stringify(
  data: readonly Record<string, unknown>[],
  options: StringifyOptions,
): string {
  return csvStringify([...data], {
    columns: [...options.columns],
    header: true,
    record_delimiter: "\r\n",
    cast: { number: String, boolean: String },
  });
}
