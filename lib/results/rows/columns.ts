/** Columns of a CSV as data: the row type, the parser, the formatter and the checks all come from one list. */

import type { NumberRange } from "../../number_range.ts";

/** Form of a text whose values are not from a closed list; its rule is in `cell_rule.ts`. */
export type TextForm = "name" | "run id" | "hash" | "weights" | "commit" | "line";

/** One column of a CSV. */
export interface Column {
  /** Header and property of the row. */
  readonly name: string;
  /** What its values are. */
  readonly kind: "text" | "integer" | "number";
  /** Whether a cell may be empty: `null` in the row. A file without the column is read, too. */
  readonly isOptional?: boolean;
  /** Of a text: all that it can be. */
  readonly choices?: readonly string[];
  /** Of a text without choices. @default {"line"} */
  readonly form?: TextForm;
  /** Of a number. @default {every finite number} */
  readonly range?: NumberRange;
  /** Of a number: whether it may be NaN; the schema says when. */
  readonly mayBeNaN?: boolean;
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

/** Rows that agree in `by` must agree in `columns`, too. */
export interface Agreement {
  readonly by: string;
  readonly columns: readonly string[];
}

/** What a CSV is: its columns, what makes a row the same row, and the order of rows. */
export interface CsvSchema<Row> {
  /** In the order of the file. */
  readonly columns: readonly Column[];
  /** What agrees between rows of one file. */
  readonly agreements?: readonly Agreement[];
  /** No two rows of a file share it; rows of one key replace each other. */
  key(row: Row): string;
  /** What rows are stored together with: new ones replace all of the same owner. @default {their key} */
  owner?(row: Row): string;
  /** Order of rows: negative if `a` comes first. */
  compare(a: Row, b: Row): number;
  /** The rule that the values of a row break together, as `"x must be y: it is z"`; `null` if there is none. */
  findFault?(row: Row): string | null;
  /** The rule that a row breaks as it stands behind another, or, behind `null`, as the first. */
  findOrderFault?(row: Row, before: Row | null): string | null;
}
