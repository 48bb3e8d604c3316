/** Rows to CSV text and back; what breaks a rule of the schema is named with its line. */

import { stringify } from "@std/csv";
import { InputError } from "../../errors.ts";
import { parseCsvRecords } from "../../file/csv_records.ts";
import { findBrokenRule } from "./cell_rule.ts";
import type { AnyRow, Column, CsvSchema } from "./columns.ts";

/** A row and where it is in its file. */
interface PlacedRow<Row> {
  readonly row: Row;
  readonly line: number;
}

/**
 * Parses a CSV file. Optional columns may be missing, as in files of earlier versions: their cells are empty.
 *
 * @param path Where the text came from; only used in errors.
 * @throws {InputError} With `path:line`, if the header, a row or what rows have in common breaks a rule of the schema.
 */
export function parseCsv<Row>(text: string, path: string, schema: CsvSchema<Row>): Row[] {
  const [header = { fields: [], line: 1 }, ...records] = parseCsvRecords(text, path);
  const columns = matchHeader(header.fields, `${path}:1`, schema.columns);
  let before: Row | null = null;
  const placed = records.map(({ fields, line }) => {
    const at = `${path}:${line}`;
    const row = parseRecord(fields, at, schema.columns, columns) as Row;
    const fault = schema.findFault?.(row) ?? schema.findOrderFault?.(row, before);
    before = row;
    if (fault) throw new InputError(`${at}: Cannot parse row as ${fault}`);
    return { row, line };
  });
  checkLastLine(text, path);
  checkUnique(placed, path, schema);
  checkAgreements(placed, path, schema);
  return placed.map(({ row }) => row);
}

/**
 * Formats rows as CSV with a header, in the order given. Numbers keep their full precision.
 *
 * @throws {InputError} If a value does not fit its column or rows do not meet the schema.
 */
export function formatCsv<Row>(rows: readonly Row[], schema: CsvSchema<Row>): string {
  const { columns } = schema;
  for (const row of rows) {
    for (const column of columns) {
      const value = (row as AnyRow)[column.name];
      const rule = findBrokenRule(value, column);
      if (rule) fail(schema.key(row), `${column.name} must be ${rule}: it is ${quote(value)}`);
    }
    const fault = schema.findFault?.(row);
    if (fault) fail(schema.key(row), fault);
  }
  return stringify(rows as readonly AnyRow[], { columns: columns.map(({ name }) => name) });
}

function fail(key: string, fault: string): never {
  throw new InputError(`${key}: Cannot store row as ${fault}`);
}

/** The schema's columns that a header names, in its order. */
function matchHeader(
  header: readonly string[],
  at: string,
  columns: readonly Column[],
): readonly Column[] {
  const fault = (rule: string): never => {
    throw new InputError(
      `${at}: Cannot parse CSV as ${rule}; move the file away to start a new one`,
    );
  };
  const matched = header.map((name) =>
    columns.find((column) => column.name === name) ??
      fault(`every column of its header must be one of this version: it is ${quote(name)}`)
  );
  const places = matched.map((column) => columns.indexOf(column));
  const wrong = places.findIndex((place, i) => i > 0 && place <= places[i - 1]!);
  if (wrong > 0) {
    const name = header[wrong]!;
    return places.indexOf(places[wrong]!) < wrong
      ? fault(`every column of its header must be there once: ${quote(name)} is there again`)
      : fault(`${quote(name)} must come before ${quote(header[wrong - 1])} in its header`);
  }
  const missing = columns.find((column) => !column.isOptional && !matched.includes(column));
  if (missing) fault(`its header must have a column ${quote(missing.name)}: it is missing`);
  return matched;
}

function parseRecord(
  fields: readonly string[],
  at: string,
  all: readonly Column[],
  columns: readonly Column[],
): AnyRow {
  if (fields.length !== columns.length) {
    throw new InputError(
      `${at}: Cannot parse row as it must have ${columns.length} fields: it has ${fields.length}; ` +
        "remove the line and run its task again",
    );
  }
  const row: Record<string, string | number | null> = {};
  for (const { name } of all) row[name] = null;
  for (const [i, column] of columns.entries()) row[column.name] = parseCell(fields[i]!, column, at);
  return row;
}

function parseCell(field: string, column: Column, at: string): string | number | null {
  const value = readValue(field, column);
  const rule = findBrokenRule(value, column);
  if (rule === null) return value;
  throw new InputError(
    `${at}: Cannot parse row as ${column.name} must be ${rule}: it is ${quote(field)}`,
  );
}

/** `null` for what is empty; a text that is no number stays a text, which breaks the rule of its column. */
function readValue(field: string, { kind }: Column): string | number | null {
  if (field === "") return null;
  if (kind === "text") return field;
  if (field === "NaN") return NaN;
  return /^-?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?$/.test(field) ? Number(field) : field;
}

/** A last line without its end may be half a line, even where all its fields seem right. */
function checkLastLine(text: string, path: string): void {
  if (text.endsWith("\n")) return;
  throw new InputError(
    `${path}:${
      text.split("\n").length
    }: Cannot parse row as a line must end with a line feed: it does not; ` +
      "remove the line and run its task again",
  );
}

function checkUnique<Row>(
  placed: readonly PlacedRow<Row>[],
  path: string,
  schema: CsvSchema<Row>,
): void {
  const lines = new Map<string, number>();
  for (const { row, line } of placed) {
    const key = schema.key(row);
    const first = lines.get(key);
    if (first !== undefined) {
      throw new InputError(
        `${path}:${line}: Cannot parse row as each may be there once: ${
          quote(key)
        } is in line ${first}, too; ` +
          "remove one of the two lines",
      );
    }
    lines.set(key, line);
  }
}

function checkAgreements<Row>(
  placed: readonly PlacedRow<Row>[],
  path: string,
  { agreements = [] }: CsvSchema<Row>,
): void {
  for (const { by, columns } of agreements) {
    const firsts = new Map<string | number | null, PlacedRow<AnyRow>>();
    for (const { row, line } of placed as readonly PlacedRow<AnyRow>[]) {
      const first = firsts.get(row[by]!);
      if (first === undefined) firsts.set(row[by]!, { row, line });
      const wrong = columns.find((name) => first && !Object.is(first.row[name], row[name]));
      if (wrong === undefined) continue;
      throw new InputError(
        `${path}:${line}: Cannot parse row as rows of one ${by} must have one ${wrong}: it is ` +
          `${quote(row[wrong])}, and ${quote(first!.row[wrong])} in line ${first!.line}`,
      );
    }
  }
}

function quote(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
