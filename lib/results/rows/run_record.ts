/** What a run leaves in its folder beside its rows: its configuration and its epochs. The rows must agree with both. */

import { join } from "@std/path";
import { METRICS } from "../../eval/metric_definitions.ts";
import { InputError } from "../../errors.ts";
import { readTextIfThere } from "../../file/read_file.ts";
import { precisionOf, type TrainConfig } from "../../train/config.ts";
import { formatRunId, hashConfig, hashGroup } from "../../train/run_id.ts";
import { listSelections, selectEpochs } from "../../train/selection.ts";
import { describeConfig, describeOrigin } from "./build_result_row.ts";
import { CHECKSUMS_FILE, findChangedFile } from "./checksums.ts";
import type { AnyRow } from "./columns.ts";
import { type EpochRow, readEpochs } from "./epoch_row.ts";
import type { ResultRow } from "./row.ts";

/** What the folder of a run holds. */
export interface RunRecord {
  /** `null` while the run goes on, and where its folder was not brought along. */
  readonly config: TrainConfig | null;
  /** Empty where there is no file of them. */
  readonly epochs: readonly EpochRow[];
}

/** What ends the error of {@linkcode readRunRecord}: what to do. */
export const RECORD_REMEDY = "; run its task again";

/** Columns of a row that its epoch has, too. */
const MEASURED = ["mean_loss", ...METRICS.map(({ column }) => column)] as const;

/**
 * Reads what a run left, and holds its rows to it: a number that was changed in one place alone is found.
 *
 * @param rows All rows of the run.
 * @throws {InputError} Naming the file and the rule, if a file cannot be parsed, is of another run, or disagrees with a row.
 */
export async function readRunRecord(
  resultsRoot: string,
  rows: readonly ResultRow[],
): Promise<RunRecord> {
  const { run_id, setting } = rows[0]!;
  const folder = join(resultsRoot, "runs", run_id);
  const paths = { config: join(folder, "config.json"), epochs: join(folder, "epochs.csv") };
  const epochs = await readEpochs(paths.epochs);
  const other = epochs.find((epoch) => epoch.run_id !== run_id);
  if (other) fail(paths.epochs, `they must be of run ${run_id}: they are of ${other.run_id}`);
  const text = await readTextIfThere(paths.config, "use results");
  if (text === null) return { config: null, epochs };
  const config = parseConfig(text, paths.config, rows[0]!);
  const rowsPath = join(resultsRoot, `${setting}.csv`);
  const fault = findConfigFault(rows, config);
  if (fault) fail(rowsPath, `rows of run ${run_id} must be as its config.json has them: ${fault}`);
  if (epochs.length !== config.epochCount + 1) {
    fail(paths.epochs, `it must have epochs 0 to ${config.epochCount}: it has ${epochs.length}`);
  }
  const change = findEpochFault(rows, epochs) ?? findChoiceFault(rows, epochs, config);
  if (change) fail(rowsPath, `rows of run ${run_id} must be as its epochs.csv has them: ${change}`);
  const changed = await findChangedFile(folder, ["config.json", "epochs.csv"]);
  if (changed) fail(changed.path, `it must be as ${CHECKSUMS_FILE} has it: ${changed.problem}`);
  return { config, epochs };
}

function parseConfig(text: string, path: string, row: ResultRow): TrainConfig {
  let stored: { config: TrainConfig; dataHash: unknown; runId: unknown };
  let runId: string;
  try {
    stored = JSON.parse(text);
    runId = formatRunId(stored.config);
  } catch { // no JSON, or not that of a configuration
    return fail(path, "it must hold the configuration of its run: it does not");
  }
  const wrong = [runId, stored.runId].find((id) => id !== row.run_id);
  if (wrong !== undefined) fail(path, `it must be of run ${row.run_id}: it is of ${wrong}`);
  if (stored.dataHash !== row.data_hash) {
    fail(path, `its dataHash must be ${row.data_hash}, as the rows say: it is ${stored.dataHash}`);
  }
  return stored.config;
}

/** How rows differ from the configuration of their run; facts that earlier versions did not store are left out. */
function findConfigFault(rows: readonly ResultRow[], config: TrainConfig): string | null {
  const { weights_name: _name, ...begun } = describeOrigin({ config, weightsName: null });
  const origin = { ...begun, precision: precisionOf(config) };
  const strict: AnyRow = {
    ...describeConfig(config),
    config_hash: hashConfig(config),
    group_hash: hashGroup(config),
  };
  for (const row of rows as readonly (ResultRow & AnyRow)[]) {
    const later = Object.entries(origin).filter(([name]) => row[name] !== null);
    for (const [name, value] of [...Object.entries(strict), ...later]) {
      if (row[name] !== value) {
        return `${name} is ${row[name]} instead of ${value} at selection ${row.selection}`;
      }
    }
  }
  const lost = listSelections(config).find((name) => rows.every((row) => row.selection !== name));
  return lost === undefined ? null : `that of selection ${lost} is missing`;
}

function findEpochFault(rows: readonly ResultRow[], epochs: readonly EpochRow[]): string | null {
  for (const row of rows) {
    const epoch = epochs.find((candidate) => candidate.epoch === row.epoch);
    const wrong = MEASURED.find((name) => !Object.is(epoch?.[name], row[name]));
    if (wrong === undefined) continue;
    return `${wrong} is ${row[wrong]} instead of ${epoch?.[wrong]} at selection ${row.selection}`;
  }
  return null;
}

/** Whether the epochs that rows report are those that their selections choose. */
function findChoiceFault(
  rows: readonly ResultRow[],
  epochs: readonly EpochRow[],
  { protocol }: TrainConfig,
): string | null {
  const evaluated = epochs.flatMap(({ epoch, recall_at_1, held_out_recall_at_1 }) =>
    recall_at_1 === null
      ? []
      : [{ epoch, testRecallAt1: recall_at_1, heldOutRecallAt1: held_out_recall_at_1 }]
  );
  for (const { selection, epoch } of selectEpochs(evaluated, protocol)) {
    const row = rows.find((candidate) => candidate.selection === selection);
    if (row === undefined || row.epoch === epoch) continue;
    return `epoch is ${row.epoch} instead of ${epoch} at selection ${selection}`;
  }
  return null;
}

function fail(path: string, rule: string): never {
  throw recordError(path, rule);
}

/** What is said where rows and what their run left disagree. */
export function recordError(path: string, rule: string): InputError {
  return new InputError(`${path}: Cannot use results as ${rule}${RECORD_REMEDY}`);
}
