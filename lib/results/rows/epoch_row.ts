/** The course of a run: one row per epoch in `runs/<run id>/epochs.csv`. */

import type { CsvSchema, RowOf } from "./columns.ts";
import { readCsv } from "./csv_store.ts";
import { findMetricFault } from "./find_metric_fault.ts";
import { METRIC_COLUMNS } from "./row.ts";

/** Columns of `epochs.csv`. */
export const EPOCH_COLUMNS = [
  { name: "run_id", kind: "text", form: "run id", about: "run" },
  {
    name: "epoch",
    kind: "integer",
    range: { minimum: 0 },
    about: "epochs trained; 0 is the untrained network",
  },
  {
    name: "learning_rate_factor",
    kind: "number",
    isOptional: true,
    range: { minimum: 0 },
    about: "factor of the schedule",
  },
  {
    name: "mean_loss",
    kind: "number",
    isOptional: true,
    about: "mean over the batches of the epoch",
  },
  ...METRIC_COLUMNS,
  {
    name: "held_out_recall_at_1",
    kind: "number",
    isOptional: true,
    range: { minimum: 0, maximum: 100 },
    about: "Recall@1 on held-out training classes, percent",
  },
  {
    name: "wall_seconds",
    kind: "number",
    range: { minimum: 0 },
    about: "training of this epoch, without evaluation",
  },
  {
    name: "images_per_second",
    kind: "number",
    isOptional: true,
    range: { minimum: 0 },
    about: "training rate",
  },
] as const;

/** One epoch of a run; metrics are `null` where it was not evaluated. */
export type EpochRow = RowOf<typeof EPOCH_COLUMNS>;

/** What `epochs.csv` is. */
export const EPOCH_SCHEMA: CsvSchema<EpochRow> = {
  columns: EPOCH_COLUMNS,
  key: (row) => `${row.run_id}/epoch ${row.epoch}`,
  compare: (a, b) => a.epoch - b.epoch,
  findOrderFault: (row, before) => {
    const expected = before === null ? 0 : before.epoch + 1;
    if (before && before.run_id !== row.run_id) {
      return `run_id must be ${before.run_id}, as before: it is ${row.run_id}`;
    }
    return row.epoch === expected
      ? null
      : `epoch must be ${expected}, as epochs follow each other: it is ${row.epoch}`;
  },
  findFault: (row) => findMetricFault(row, null),
};

/**
 * Reads `epochs.csv`.
 *
 * @returns No rows if there is no such file.
 * @throws {InputError} With `path:line`, if it cannot be parsed.
 */
export function readEpochs(path: string): Promise<EpochRow[]> {
  return readCsv(path, EPOCH_SCHEMA);
}
