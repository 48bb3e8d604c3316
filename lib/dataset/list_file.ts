/** Reads the lists that datasets come with: one row a line, columns separated by spaces. */

import { InputError } from "../errors.ts";
import { decodeText } from "../file/decode_text.ts";
import { quoteText } from "../file/quote_text.ts";
import { readBytesIfThere } from "../file/read_file.ts";

/** One row of a list. */
export interface ListRow {
  readonly columns: readonly string[];
  /** `path:line`, the start of errors about the row. */
  readonly at: string;
}

/**
 * Reads a list file.
 *
 * @param remedy Ending of the error if the file is missing: how to get it.
 * @throws {InputError} If it is missing, cannot be read, or is no text.
 */
export async function readList(path: string, remedy: string): Promise<string> {
  const bytes = await readBytesIfThere(path, "read list");
  if (bytes !== null) return decodeText(bytes, path, "read list");
  throw new InputError(`${path}: Cannot read list as it must exist: it is missing; ${remedy}`);
}

/**
 * Parses the rows of a list.
 *
 * @param text Whole file.
 * @param path Where it came from; only used in errors.
 * @param columnNames The columns that every row must have, for the check and for errors.
 * @param options `hasHeader`: the first line must be the column names.
 * @throws {InputError} With `path:line`, if the header is another or a row has more or fewer columns.
 */
export function parseList(
  text: string,
  path: string,
  columnNames: readonly string[],
  options: { readonly hasHeader?: boolean } = {},
): ListRow[] {
  const trimmed = text.trimEnd();
  const lines = trimmed === "" ? [] : trimmed.split(/\r?\n/);
  const skipped = options.hasHeader ? 1 : 0;
  const header = columnNames.join(" ");
  if (options.hasHeader && lines[0]?.trim().split(/\s+/).join(" ") !== header) {
    throw new InputError(
      `${path}:1: Cannot accept list as its header must be "${header}": ` +
        `it is ${quoteText(lines[0] ?? "")}`,
    );
  }
  return lines.slice(skipped).map((line, i) => {
    const at = `${path}:${i + 1 + skipped}`;
    const columns = line.trim().split(/\s+/);
    if (columns.length !== columnNames.length || columns[0] === "") {
      throw new InputError(
        `${at}: Cannot parse row as it must be "${header}": it is ${quoteText(line)}`,
      );
    }
    return { columns, at };
  });
}

/**
 * The whole number of a column.
 *
 * @throws {InputError} With the row's `path:line`, if it is not a whole number of at least 1.
 */
export function parsePositive(text: string, name: string, at: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InputError(
    `${at}: Cannot parse row as ${name} must be a whole number of at least 1: ` +
      `it is ${quoteText(text)}`,
  );
}
