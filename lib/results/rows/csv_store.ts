/** CSV files that several processes write: rows are merged under a lock, readers always see whole files. */

import { basename, dirname } from "@std/path";
import { makeFolder, removeTemporaryFiles, writeFileAtomic } from "../../file/atomic_write.ts";
import type { CsvSchema } from "./columns.ts";
import { formatCsv, parseCsv } from "./csv_text.ts";
import { withFileLock } from "../../file/file_lock.ts";
import { decodeText } from "../../file/decode_text.ts";
import { readBytesIfThere } from "../../file/read_file.ts";

/**
 * Reads all rows of a CSV file.
 *
 * @returns No rows if there is no such file.
 * @throws {InputError} With `path:line`, if it cannot be parsed.
 */
export async function readCsv<Row>(path: string, schema: CsvSchema<Row>): Promise<Row[]> {
  const action = "read CSV";
  const bytes = await readBytesIfThere(path, action);
  return bytes === null ? [] : parseCsv(decodeText(bytes, path, action), path, schema);
}

/**
 * Adds rows to a CSV file, in place of those with their keys or owners, and sorts the file.
 *
 * Safe against other processes: nothing they store is lost, and whatever interrupts the write leaves the old file whole.
 * The same rows give the same bytes, whoever stored them first. Makes the folder if need be.
 *
 * @throws {InputError} If the file cannot be parsed or written, or a row does not meet the schema.
 */
export async function upsertRows<Row>(
  path: string,
  schema: CsvSchema<Row>,
  rows: readonly Row[],
): Promise<void> {
  formatCsv(rows, schema); // bad rows are refused before anything is touched
  const ownerOf = schema.owner ?? schema.key;
  const owners = new Set(rows.map(ownerOf));
  await updateRows(path, schema, (stored) => [
    ...stored.filter((row) => !owners.has(ownerOf(row))),
    ...rows,
  ]);
}

/**
 * Replaces the rows of a CSV file by what `update` makes of them, under the file's lock, and sorts them.
 *
 * @throws {InputError} If the file cannot be parsed or written, or a row does not meet the schema.
 */
export async function updateRows<Row>(
  path: string,
  schema: CsvSchema<Row>,
  update: (stored: Row[]) => readonly Row[],
): Promise<void> {
  await makeFolder(dirname(path));
  await withFileLock(path, async () => {
    await removeTemporaryFiles(dirname(path), basename(path));
    const rows = update(await readCsv(path, schema)).toSorted(schema.compare);
    const text = formatCsv(rows, schema);
    parseCsv(text, path, schema); // what cannot be read again is not written
    await writeFileAtomic(path, text);
  });
}
