/** The course of a run: one row per epoch in `runs/<run id>/epochs.csv`. */

import { InputError } from "../../errors.ts";
import type { CsvSchema, RowOf } from "./columns.ts";
import { readCsv } from "./csv_store.ts";
import { METRIC_COLUMNS } from "./row.ts";

/** Columns of `epochs.csv`. */
export const EPOCH_COLUMNS = [
  { name: "run_id", kind: "text", about: "run" },
  { name: "epoch", kind: "integer", about: "epochs trained; 0 is the untrained network" },
  {
    name: "learning_rate_factor",
    kind: "number",
    isOptional: true,
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
    about: "Recall@1 on held-out training classes, percent",
  },
  { name: "wall_seconds", kind: "number", about: "training of this epoch, without evaluation" },
  { name: "images_per_second", kind: "number", isOptional: true, about: "training rate" },
] as const;

/** One epoch of a run; metrics are `null` where it was not evaluated. */
export type EpochRow = RowOf<typeof EPOCH_COLUMNS>;

/** What `epochs.csv` is. */
export const EPOCH_SCHEMA: CsvSchema<EpochRow> = {
  columns: EPOCH_COLUMNS,
  key: (row) => `${row.run_id}/epoch ${row.epoch}`,
  compare: (a, b) => a.epoch - b.epoch,
  check: checkFinite,
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

/** Protocol `published` may make MAP@R and R-Precision NaN; nothing else may be. */
function checkFinite(row: EpochRow): void {
  for (const { name, kind } of EPOCH_COLUMNS) {
    const value = row[name];
    if (kind === "text" || value === null || Number.isFinite(value)) continue;
    if (Number.isNaN(value) && (name === "map_at_r" || name === "r_precision")) continue;
    throw new InputError(
      `${row.run_id}: Cannot store epoch ${row.epoch} as ${name} must be finite: it is ${value}`,
    );
  }
}
