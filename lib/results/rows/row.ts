/** The rows that runs leave behind: one per run and reported epoch, in `full.csv`, `partial.csv` and `imbalance.csv`. */

import { compareText } from "../../file/compare_text.ts";
import { BACKEND_NAMES } from "../../backend/backend.ts";
import { DATASET_NAMES } from "../../dataset/datasets.ts";
import { PROFILE_ABOUT, PROFILES } from "../../dataset/record.ts";
import { PROTOCOLS } from "../../dataset/protocol.ts";
import { SETTING_KINDS } from "../../dataset/setting.ts";
import { type MetricName, METRICS } from "../../eval/metric_definitions.ts";
import {
  listLossesWith,
  LOSS_NAMES,
  LOSS_PARAMETERS,
  type LossParameterName,
} from "../../loss/losses.ts";
import { BACKBONE_NAMES } from "../../model/registry.ts";
import type { NumberRange } from "../../number_range.ts";
import { SELECTIONS } from "../../train/selection.ts";
import { joinRunId } from "../../train/run_id.ts";
import type { Column, CsvSchema, RowOf } from "./columns.ts";
import { readCsv } from "./csv_store.ts";
import { MACHINE_COLUMNS, ORIGIN_COLUMNS } from "./fact_columns.ts";
import { findMetricFault } from "./find_metric_fault.ts";

/** The column of a metric. */
export interface MetricColumn extends Column {
  readonly name: MetricName;
  readonly kind: "number";
  readonly isOptional: true;
}

/** Columns of every metric, in the order of tables. Empty where the dataset or the epoch has none. */
export const METRIC_COLUMNS: readonly MetricColumn[] = METRICS.map(({ column, about }) => ({
  name: column,
  kind: "number",
  isOptional: true,
  range: { minimum: 0, maximum: 100 },
  mayBeNaN: true,
  about: `${about}, percent`,
}));

/** One column for each hyperparameter of the losses; empty where the loss of a row has none of the name. */
const LOSS_PARAMETER_COLUMNS: readonly {
  readonly name: LossParameterName;
  readonly kind: "number";
  readonly isOptional: true;
  readonly range: NumberRange;
  readonly about: string;
}[] = LOSS_PARAMETERS.map(({ name, range, about }) => ({
  name,
  kind: "number",
  isOptional: true,
  range,
  about: `${about.toLowerCase()}; of ${listLossesWith(name).join(", ")}`,
}));

/** Columns of the result files. */
export const RESULT_COLUMNS = [
  {
    name: "run_id",
    kind: "text",
    form: "run id",
    about: "run, from its configuration; its files are in runs/<run_id>",
  },
  { name: "selection", kind: "text", choices: SELECTIONS, about: "how the epoch was chosen" },
  {
    name: "profile",
    kind: "text",
    choices: PROFILES,
    about: PROFILE_ABOUT,
  },
  { name: "dataset", kind: "text", form: "name", about: "dataset" },
  { name: "setting", kind: "text", choices: SETTING_KINDS, about: "full, partial or imbalance" },
  {
    name: "rate",
    kind: "number",
    isOptional: true,
    range: { minimum: 0, isMinimumExcluded: true, maximum: 1 },
    about: "partial: share kept of each class",
  },
  {
    name: "gamma",
    kind: "number",
    isOptional: true,
    range: { minimum: 1 },
    about: "imbalance: largest over smallest class",
  },
  { name: "loss", kind: "text", form: "name", about: "loss" },
  ...LOSS_PARAMETER_COLUMNS,
  { name: "backbone", kind: "text", form: "name", about: "network" },
  { name: "embedding_size", kind: "integer", range: { minimum: 1 }, about: "D" },
  { name: "protocol", kind: "text", choices: PROTOCOLS, about: "published or corrected" },
  { name: "seed", kind: "integer", range: { minimum: 0 }, about: "seed of all random streams" },
  {
    name: "epoch",
    kind: "integer",
    range: { minimum: 0 },
    about: "epoch reported; 0 is the untrained network",
  },
  ...METRIC_COLUMNS,
  {
    name: "query_count",
    kind: "integer",
    range: { minimum: 1 },
    about: "queries that the metrics are means over",
  },
  {
    name: "left_out_count",
    kind: "integer",
    range: { minimum: 0 },
    about: "queries left out as nothing can be found",
  },
  {
    name: "mean_loss",
    kind: "number",
    isOptional: true,
    about: "mean over the batches of the epoch",
  },
  {
    name: "wall_seconds",
    kind: "number",
    range: { minimum: 0 },
    about: "training up to this epoch, without evaluation",
  },
  {
    name: "images_per_second",
    kind: "number",
    isOptional: true,
    range: { minimum: 0 },
    about: "training rate of the epoch",
  },
  { name: "backend", kind: "text", choices: BACKEND_NAMES, about: "backend" },
  { name: "backend_version", kind: "text", about: "its version" },
  { name: "device", kind: "text", about: "what it ran on" },
  {
    name: "threads",
    kind: "integer",
    isOptional: true,
    range: { minimum: 1 },
    about: "threads of the backend",
  },
  {
    name: "commit",
    kind: "text",
    form: "commit",
    isOptional: true,
    about: "commit of the code, outside a checkout empty",
  },
  { name: "config_hash", kind: "text", form: "hash", about: "SHA-256 of the configuration" },
  {
    name: "group_hash",
    kind: "text",
    form: "hash",
    about: "the same without seed and setting: rows to average",
  },
  { name: "data_hash", kind: "text", form: "hash", about: "SHA-256 of the dataset's manifest" },
  ...ORIGIN_COLUMNS,
  ...MACHINE_COLUMNS,
] as const;

/** One run at one reported epoch. Percent, at full precision. */
export type ResultRow = RowOf<typeof RESULT_COLUMNS>;

/** What rows of one configuration have in common. */
const CONFIGURED = [
  ...["profile", "dataset", "loss"],
  ...LOSS_PARAMETERS.map(({ name }) => name),
  ...["backbone", "embedding_size"],
];

/** What the result files are. Rows are in the order of tables, so the files do not depend on who wrote first. */
export const RESULT_SCHEMA: CsvSchema<ResultRow> = {
  columns: RESULT_COLUMNS,
  agreements: [
    {
      by: "run_id",
      columns: [
        ...["config_hash", "group_hash", "data_hash"],
        ...["query_count", "left_out_count", "weights_hash", "epoch_count"],
      ],
    },
    { by: "config_hash", columns: ["run_id"] },
    { by: "group_hash", columns: [...CONFIGURED, "protocol"] },
  ],
  key: (row) => `${row.run_id}/${row.selection}`,
  owner: ({ run_id }) => run_id,
  compare: compareResults,
  findFault: (row) => findRowFault(row, [row.protocol]),
};

/** What `eval.csv` is: one set of weights may be evaluated by either protocol, whichever its run had. */
export const EVAL_SCHEMA: CsvSchema<ResultRow> = {
  ...RESULT_SCHEMA,
  agreements: [
    { by: "run_id", columns: ["config_hash", "group_hash"] },
    { by: "config_hash", columns: ["run_id"] },
    { by: "group_hash", columns: CONFIGURED },
  ],
  key: (row) => `${row.run_id}/${row.selection}/${row.protocol}`,
  owner: undefined, // each evaluation stands for itself
  findFault: (row) => findRowFault(row, PROTOCOLS),
};

/**
 * Reads a result file.
 *
 * @returns No rows if there is no such file.
 * @throws {InputError} With `path:line`, if it cannot be parsed.
 */
export function readRows(path: string): Promise<ResultRow[]> {
  return readCsv(path, RESULT_SCHEMA);
}

/** The order of rows in files and tables: known names in their listed order, others after them by name. */
export function compareResults(a: ResultRow, b: ResultRow): number {
  return compareNames(PROFILES, a.profile, b.profile) ||
    compareNames(DATASET_NAMES, a.dataset, b.dataset) ||
    compareNames(SETTING_KINDS, a.setting, b.setting) ||
    (a.rate ?? 0) - (b.rate ?? 0) ||
    (a.gamma ?? 0) - (b.gamma ?? 0) ||
    compareNames(PROTOCOLS, a.protocol, b.protocol) ||
    compareNames(BACKBONE_NAMES, a.backbone, b.backbone) ||
    compareNames(LOSS_NAMES, a.loss, b.loss) ||
    compareParameters(a, b) ||
    a.embedding_size - b.embedding_size ||
    compareText(a.group_hash, b.group_hash) ||
    a.seed - b.seed ||
    compareText(a.run_id, b.run_id) ||
    compareNames(SELECTIONS, a.selection, b.selection);
}

/** Order of two names of a closed list; a name outside it comes after all of them. */
export function compareNames(names: readonly string[], a: string, b: string): number {
  const rank = (name: string) => names.includes(name) ? names.indexOf(name) : names.length;
  return rank(a) - rank(b) || compareText(a, b);
}

function compareParameters(a: ResultRow, b: ResultRow): number {
  return LOSS_PARAMETERS.map(({ name }) => (a[name] ?? 0) - (b[name] ?? 0)).find(Boolean) ?? 0;
}

/**
 * Checks that the columns of a row, each right by itself, belong together.
 *
 * @param protocols Protocols that the run may have had.
 */
function findRowFault(row: ResultRow, protocols: readonly string[]): string | null {
  const { setting, rate, gamma, epoch, selection } = row;
  if ((setting === "partial") !== (rate !== null)) {
    return `rate must be given in setting partial, and empty in others: it is ${rate ?? "empty"}`;
  }
  if ((setting === "imbalance") !== (gamma !== null)) {
    return `gamma must be given in setting imbalance, and empty in others: it is ${
      gamma ?? "empty"
    }`;
  }
  if ((selection === "untrained") !== (epoch === 0)) {
    return `epoch must be 0 for selection untrained alone: it is ${epoch} for ${selection}`;
  }
  const foreign = LOSS_PARAMETERS.find(({ name }) =>
    row[name] !== null && isForeign(name, row.loss)
  );
  if (foreign) {
    return `${foreign.name} must be empty for loss ${row.loss}, which has none: it is ${
      row[foreign.name]
    }`;
  }
  if (row.epoch_count !== null && epoch > row.epoch_count) {
    return `epoch must be at most epoch_count, ${row.epoch_count}: it is ${epoch}`;
  }
  if (row.epoch_count !== null && selection === "final" && epoch !== row.epoch_count) {
    return `epoch must be epoch_count, ${row.epoch_count}, for selection final: it is ${epoch}`;
  }
  if (row.weights_name !== null && (row.weights_hash === null || row.weights_hash === "random")) {
    return `weights_name must be empty where no file is hashed: it is ${row.weights_name}`;
  }
  if (row.recall_at_1 === null) return "recall_at_1 must be given: it is empty";
  const ids = protocols.map((protocol) => formatRowId({ ...row, protocol }));
  if (!ids.includes(row.run_id)) {
    return `run_id must be made of the row's own columns, ${ids.join(" or ")}: it is ${row.run_id}`;
  }
  return findMetricFault(row, row.protocol);
}

/** Whether a loss is known and has no hyperparameter of the name. */
function isForeign(parameter: LossParameterName, loss: string): boolean {
  return LOSS_NAMES.some((name) => name === loss) &&
    !listLossesWith(parameter).some((name) => name === loss);
}

/** The id that the columns of a row make. */
function formatRowId(row: ResultRow): string {
  const value = row.rate ?? row.gamma ?? "";
  return joinRunId({
    ...row,
    setting: `${row.setting}${value}`,
    configHash: row.config_hash,
  });
}
