/** Columns of a CSV as data: the row type, the parser and the formatter all come from one list. */

import { parse, stringify } from "@std/csv";
import { InputError } from "../../errors.ts";

/** One column of a CSV. */
export interface Column {
  /** Header and property of the row. */
  readonly name: string;
  /** What its values are. */
  readonly kind: "text" | "integer" | "number";
  /** Whether a cell may be empty: `null` in the row. */
  readonly isOptional?: boolean;
  /** What a cell says, with its unit. */
  readonly about: string;
}

/** Value of one cell of a column. */
export type Cell<C extends Column> =
  | (C["kind"] extends "text" ? string : number)
  | (C extends { readonly isOptional: true } ? null : never);

/** A row with one value for each column. */
export type RowOf<Columns extends readonly Column[]> = {
  readonly [C in Columns[number] as C["name"]]: Cell<C>;
};

/** Any row, seen by column name. */
export type AnyRow = Readonly<Record<string, string | number | null>>;

/** What a CSV is: its columns, what makes a row the same row, and the order of rows. */
export interface CsvSchema<Row> {
  /** In the order of the file. */
  readonly columns: readonly Column[];
  /** Rows of one key replace each other. */
  key(row: Row): string;
  /** Order of rows: negative if `a` comes first. */
  compare(a: Row, b: Row): number;
  /** Throws an InputError if the values of a row, each of its column's kind, do not belong together. */
  check?(row: Row): void;
}

/**
 * Parses a CSV file.
 *
 * @param path Where the text came from; only used in errors.
 * @throws {InputError} With `path:line`, if the header, a field count or a value is wrong.
 */
export function parseCsv<Row>(text: string, path: string, schema: CsvSchema<Row>): Row[] {
  const { columns } = schema;
  const [header = [], ...lines] = parseFields(text, path);
  const names = columns.map(({ name }) => name);
  if (header.join() !== names.join()) {
    throw new InputError(
      `${path}:1: Cannot parse CSV as its header must be "${names.join()}": it is "${header.join()}"; ` +
        "move the file away to start a new one",
    );
  }
  return lines.map((fields, i) => parseLine(fields, `${path}:${i + 2}`, columns) as Row);
}

/**
 * Formats rows as CSV with a header, in the order given. Numbers keep their full precision.
 *
 * @throws {InputError} If a value does not fit its column or a row does not meet the schema.
 */
export function formatCsv<Row>(rows: readonly Row[], schema: CsvSchema<Row>): string {
  const { columns } = schema;
  for (const row of rows) {
    schema.check?.(row);
    for (const column of columns) checkCell(row as AnyRow, column, schema.key(row));
  }
  return stringify(rows as readonly AnyRow[], { columns: columns.map(({ name }) => name) });
}

function parseFields(text: string, path: string): string[][] {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new InputError(`${path}: Cannot parse CSV as its quotes must match: ${error.message}`);
  }
}

function parseLine(fields: readonly string[], at: string, columns: readonly Column[]): AnyRow {
  if (fields.length !== columns.length) {
    throw new InputError(
      `${at}: Cannot parse row as it must have ${columns.length} fields: it has ${fields.length}`,
    );
  }
  return Object.fromEntries(columns.map((column, i) => [
    column.name,
    parseCell(fields[i]!, column, at),
  ]));
}

function parseCell(
  field: string,
  { name, kind, isOptional }: Column,
  at: string,
): string | number | null {
  if (field === "" && isOptional) return null;
  if (kind === "text" && field !== "") return field;
  const value = field === "NaN" ? NaN : Number(field);
  const isNumber = kind !== "text" && field !== "" && (field === "NaN" || Number.isFinite(value));
  if (isNumber && (kind === "number" || Number.isInteger(value))) return value;
  throw new InputError(
    `${at}: Cannot parse row as ${name} must be ${describeKind(kind)}: it is ${
      JSON.stringify(field)
    }`,
  );
}

function checkCell(row: AnyRow, { name, kind, isOptional }: Column, key: string): void {
  const value = row[name];
  if (value === null && isOptional) return;
  const isText = kind === "text" && typeof value === "string" && value !== "";
  const isNumber = kind === "number" && typeof value === "number" && Math.abs(value) !== Infinity;
  const isInteger = kind === "integer" && Number.isInteger(value);
  if (isText || isNumber || isInteger) return;
  throw new InputError(
    `${key}: Cannot store row as ${name} must be ${describeKind(kind)}: it is ${value}`,
  );
}

function describeKind(kind: Column["kind"]): string {
  return kind === "text" ? "a text" : kind === "integer" ? "a whole number" : "a number";
}
