/** The rows of one kind in several folders of results: what agrees is one row, what contradicts each other is refused. */

import { join } from "@std/path";
import { InputError } from "../errors.ts";
import type { AnyRow, CsvSchema } from "../results/rows/columns.ts";
import { upsertRows } from "../results/rows/csv_store.ts";
import { METRIC_COLUMNS } from "../results/rows/row.ts";

/** What rows of one key must agree in: what was measured, on what. When and where it was measured may differ. */
const MEASURED = [
  ...METRIC_COLUMNS.map(({ name }) => name as string),
  ...["epoch", "query_count", "left_out_count", "data_hash"],
  ...["held_out_recall_at_1", "fold_recalls"], // of trials
];

/** A row and the folder of results that it is from. */
export interface Origin<Row> {
  readonly row: Row;
  readonly folder: string;
}

/** What `collectRows` is to read, and where. */
export interface RowSources<Row> {
  /** Of the file, without its ending. */
  readonly name: string;
  readonly schema: CsvSchema<Row>;
  /** All rows of a folder that belong into the file. */
  readonly readAll: (folder: string) => Promise<readonly Row[]>;
  readonly folders: readonly string[];
  readonly target: string;
}

/** Rows that were brought together, and not yet stored. */
export interface CollectedRows<Row> {
  /** Every row once, with the folder that had it first: the target before the others. */
  readonly origins: readonly Origin<Row>[];
  /** Rows that the target has not. */
  readonly newCount: number;
  /** Stores them. */
  store(): Promise<void>;
}

/**
 * Collects rows.
 *
 * @throws {InputError} If two rows of one key have different metrics: both are named.
 */
export async function collectRows<Row>(
  { name, schema, readAll, folders, target }: RowSources<Row>,
): Promise<CollectedRows<Row>> {
  const known = new Map<string, Origin<Row>>();
  for (const row of await readAll(target)) known.set(schema.key(row), { row, folder: target });
  const added: Row[] = [];
  for (const folder of folders) {
    for (const row of await readAll(folder)) {
      const earlier = known.get(schema.key(row));
      if (earlier) requireAgreement(schema.key(row), earlier, { row, folder });
      else {
        known.set(schema.key(row), { row, folder });
        added.push(row);
      }
    }
  }
  return {
    origins: [...known.values()],
    newCount: added.length,
    async store() {
      if (added.length > 0) await upsertRows(join(target, `${name}.csv`), schema, added);
    },
  };
}

function requireAgreement<Row>(key: string, a: Origin<Row>, b: Origin<Row>): void {
  const [first, second] = [a.row as AnyRow, b.row as AnyRow];
  const column = MEASURED.find((name) => !Object.is(first[name], second[name]));
  if (column === undefined) return;
  throw new InputError(
    `${b.folder}: Cannot merge results as rows of one key must have the same metrics: ${column} of ${key} is ` +
      `${first[column] ?? "empty"} in ${a.folder} and ${
        second[column] ?? "empty"
      } in ${b.folder}; ` +
      "remove one of the two, or make the run again",
  );
}
