/** What tables show of `sweep.csv`: what was tried on held-out training classes, and how it scored. */

import { PROFILE_ABOUT, PROFILES } from "../../dataset/record.ts";
import { decodeText } from "../../file/decode_text.ts";
import { parseCsvRecords } from "../../file/csv_records.ts";
import { readBytesIfThere } from "../../file/read_file.ts";
import type { Column, RowOf } from "./columns.ts";
import { parseCsv } from "./csv_text.ts";

const FROM_0 = { minimum: 0 } as const;
/** What two decimals leave open, and a little for sums of them. */
const ROUNDED = 0.00501;

/** The columns of a trial that say what it was; those of its settings stand after them. */
export const TRIAL_COLUMNS = [
  { name: "profile", kind: "text", choices: PROFILES, about: PROFILE_ABOUT },
  { name: "dataset", kind: "text", form: "name", about: "dataset" },
  { name: "backbone", kind: "text", form: "name", about: "network" },
  { name: "loss", kind: "text", form: "name", about: "loss" },
  { name: "seed", kind: "integer", range: FROM_0, about: "seed of the draws and of the runs" },
  {
    name: "trial",
    kind: "integer",
    range: FROM_0,
    about: "0 is the settings as they were; others were drawn",
  },
  { name: "drawn", kind: "text", about: "what was drawn: setting=value, or none" },
  {
    name: "fold_count",
    kind: "integer",
    range: { minimum: 2 },
    about: "parts of the training classes, each held out once",
  },
  {
    name: "held_out_recall_at_1",
    kind: "number",
    range: { minimum: 0, maximum: 100 },
    about: "the score: mean over folds of Recall@1 on held-out training classes, percent",
  },
  { name: "fold_recalls", kind: "text", about: "of each fold, percent" },
] as const;

/** A trial without its settings. */
export type TrialRow = RowOf<typeof TRIAL_COLUMNS>;

/**
 * Reads the trials of a `sweep.csv`; columns of settings, which differ by version, may be any.
 *
 * @returns In the order of the file; no trials if there is no such file.
 * @throws {InputError} With `path:line`, if it cannot be parsed.
 */
export async function readTrials(path: string): Promise<TrialRow[]> {
  const action = "read CSV";
  const bytes = await readBytesIfThere(path, action);
  if (bytes === null) return [];
  const text = decodeText(bytes, path, action);
  const names = parseCsvRecords(text, path)[0]?.fields ?? [];
  const settings = names.filter((name) => TRIAL_COLUMNS.every((column) => column.name !== name))
    .map((name): Column => ({ name, kind: "text", isOptional: true, about: "" }));
  return parseCsv<TrialRow & Partial<TrialHashes>>(text, path, {
    columns: [...TRIAL_COLUMNS, ...settings],
    key: ({ config_hash, fold_count, data_hash, ...row }) =>
      config_hash && data_hash
        ? trialKey({ config_hash, fold_count, data_hash })
        : JSON.stringify({ config_hash, fold_count, data_hash, ...row }), // settings included
    compare: () => 0,
    findFault: findTrialFault,
  });
}

/** What trials of one configuration differ in. */
interface TrialHashes {
  readonly config_hash: string;
  readonly data_hash: string;
}

/** What two trials that are the same computation agree in. */
export function trialKey(
  row: TrialHashes & Pick<TrialRow, "fold_count">,
): string {
  return `${row.config_hash}/${row.fold_count}/${row.data_hash}`;
}

/** The score is the mean of the folds, which stand beside it with two decimals. */
export function findTrialFault(
  { fold_count, fold_recalls, held_out_recall_at_1 }: TrialRow,
): string | null {
  const folds = fold_recalls.split(" ").map(Number);
  if (folds.length !== fold_count || folds.some(Number.isNaN)) {
    return `fold_recalls must be ${fold_count} numbers, as fold_count says: it is ${
      JSON.stringify(fold_recalls)
    }`;
  }
  const mean = folds.reduce((sum, recall) => sum + recall, 0) / fold_count;
  return Math.abs(mean - held_out_recall_at_1) <= ROUNDED
    ? null
    : `held_out_recall_at_1 must be the mean of fold_recalls, ${
      mean.toFixed(2)
    }: it is ${held_out_recall_at_1}`;
}
