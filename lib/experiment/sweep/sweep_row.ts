/** The rows of `sweep.csv`: one a trial, with every setting that was tried and what it scored on held-out classes. */

import type { Column, CsvSchema, RowOf } from "../../results/rows/columns.ts";
import {
  findTrialFault,
  TRIAL_COLUMNS,
  trialKey,
  type TrialRow,
} from "../../results/rows/trial_row.ts";
import { CONFIG_FIELDS, type ConfigField } from "../config_fields.ts";

const FROM_0 = { minimum: 0 } as const;
const FROM_1 = { minimum: 1 } as const;

const GROUND_COLUMNS = [
  { name: "wall_seconds", kind: "number", range: FROM_0, about: "training steps, all folds" },
  { name: "backend", kind: "text", form: "name", about: "backend" },
  { name: "backend_version", kind: "text", about: "its version" },
  { name: "device", kind: "text", about: "what it ran on" },
  { name: "threads", kind: "integer", isOptional: true, range: FROM_1, about: "threads" },
  { name: "weights_hash", kind: "text", form: "weights", about: "first weights, or random" },
  { name: "data_hash", kind: "text", form: "hash", about: "SHA-256 of the dataset's manifest" },
  { name: "config_hash", kind: "text", form: "hash", about: "SHA-256 of the configuration" },
  { name: "commit", kind: "text", form: "commit", isOptional: true, about: "commit of the code" },
] as const;

/** Every setting that a configuration has, whether it was drawn or not. */
const SETTING_COLUMNS: readonly Column[] = CONFIG_FIELDS.map((field) => ({
  name: settingColumn(field),
  kind: field.kind === "integer" || field.kind === "number" ? field.kind : "text",
  isOptional: true,
  about: field.help,
}));

/** One trial. */
export type SweepRow =
  & TrialRow
  & RowOf<typeof GROUND_COLUMNS>
  & Readonly<Record<string, string | number | null>>;

/** What `sweep.csv` is: trials of one sweep together, in their order. */
export const SWEEP_SCHEMA: CsvSchema<SweepRow> = {
  columns: [...TRIAL_COLUMNS, ...SETTING_COLUMNS, ...GROUND_COLUMNS],
  key: (row) => trialKey(row),
  findFault: findTrialFault,
  compare: (a, b) =>
    compare(sweepOf(a), sweepOf(b)) || a.trial - b.trial || compare(trialKey(a), trialKey(b)),
};

/** The name of a setting's column. */
export function settingColumn({ name }: Pick<ConfigField, "name">): string {
  return name.replaceAll("-", "_");
}

function sweepOf({ profile, dataset, backbone, loss, seed, fold_count }: SweepRow): string {
  return [profile, dataset, backbone, loss, seed, fold_count].join("/");
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
