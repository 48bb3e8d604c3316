/** The records of a CSV text, each with the line that it begins in. */

import { type CsvError, parse } from "csv-parse/sync";
import { InputError } from "../errors.ts";

/** One record. */
export interface CsvRecord {
  readonly fields: readonly string[];
  /** Counted from 1; a quoted field may reach over several lines. */
  readonly line: number;
}

/**
 * Parses CSV: fields between commas, quoted where they hold a comma, a quote or a line end. Empty lines are left out.
 *
 * @param path Where the text came from; only used in errors.
 * @throws {InputError} With `path:line`, if a quote is out of place or never closed.
 */
export function parseCsvRecords(text: string, path: string): CsvRecord[] {
  const options = {
    bom: true,
    record_delimiter: ["\r\n", "\n"], // a carriage return alone is no line end
    relax_column_count: true,
    skip_empty_lines: true,
    info: true,
  };
  try {
    const records = parse(text, options) as unknown as readonly {
      readonly record: string[];
      readonly info: { readonly lines: number };
    }[];
    return records.map(({ record, info }) => ({
      fields: record,
      line: info.lines - record.join("").split("\n").length + 1, // `lines` counts to the end of the record
    }));
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    const { code, lines = 1 } = error as CsvError & { readonly lines?: number };
    const isOpen = code === "CSV_QUOTE_NOT_CLOSED";
    throw new InputError(
      `${path}:${
        isOpen ? findOpenLine(text) : lines
      }: Cannot parse CSV as its quotes must match: ` +
        (isOpen ? "one is never closed" : error.message),
    );
  }
}

/** The line that begins the record whose quote is never closed: the last one before which all quotes are closed. */
function findOpenLine(text: string): number {
  let [openLine, quoteCount] = [1, 0];
  for (const [i, line] of text.split("\n").entries()) {
    if (quoteCount % 2 === 0) openLine = i + 1;
    quoteCount += line.split('"').length - 1;
  }
  return openLine;
}
