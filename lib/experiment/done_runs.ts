/** Which runs need not be carried out again. */

import { datasetFolder } from "../dataset/open_dataset.ts";
import { hashManifest } from "../dataset/manifest.ts";
import type { Profile } from "../dataset/record.ts";
import type { Workspace } from "../dataset/workspace.ts";
import { InputError } from "../errors.ts";
import { readResults } from "../results/rows/read_results.ts";
import { readRunRecord, RECORD_REMEDY } from "../results/rows/run_record.ts";
import { RESULT_SCHEMA, type ResultRow } from "../results/rows/row.ts";
import type { TrainConfig } from "../train/config.ts";
import { formatRunId } from "../train/run_id.ts";
import { examineRun, type RunState } from "../results/rows/checksums.ts";
import { runFolder } from "./run_folder.ts";
import { readWaitingRows } from "./run_rows.ts";

/** What is left of earlier work. */
export interface DoneRuns {
  /** Ids of the runs that are done: rows stored, on the data as it is now, every file there and as it was written. */
  readonly done: ReadonlySet<string>;
  /** By id of a run that has rows: which of its files is missing or another. Such a run is carried out again. */
  readonly damaged: ReadonlyMap<string, string>;
}

/**
 * Finds the runs that are done.
 *
 * Weights are not in the repository: rows that came with a clone were made elsewhere, and its first run makes them again.
 *
 * @param foldersHash Data hash of the class folders that the runs stand on, if they stand on such.
 * @throws {InputError} If a results file cannot be parsed.
 */
export async function findDoneRuns(
  configs: readonly TrainConfig[],
  roots: Workspace,
  foldersHash?: string,
): Promise<DoneRuns> {
  const stored = await readStoredRows(roots.resultsRoot);
  const hashes = new Map<string, string | null>();
  const currentHash = async (profile: Profile, dataset: string) => {
    if (foldersHash !== undefined) return foldersHash;
    const folder = datasetFolder(roots.dataRoot, profile, dataset);
    if (!hashes.has(folder)) hashes.set(folder, await hashManifest(folder));
    return hashes.get(folder);
  };
  const done = new Set<string>();
  const damaged = new Map<string, string>();
  for (const config of configs) {
    const runId = formatRunId(config);
    const rows = stored.get(runId);
    if (!rows) continue;
    if (rows[0]!.data_hash !== await currentHash(config.profile, config.dataset)) continue;
    const state = await examineRows(rows, roots.resultsRoot);
    if (state.kind === "whole") done.add(runId);
    if (state.kind === "damaged") damaged.set(runId, state.problem);
  }
  return { done, damaged };
}

/**
 * The rows of one run, if it is done.
 *
 * @param dataHash What its data is now.
 */
export async function findRows(
  config: TrainConfig,
  resultsRoot: string,
  dataHash: string,
): Promise<ResultRow[] | null> {
  const rows = (await readStoredRows(resultsRoot)).get(formatRunId(config));
  if (!rows || rows[0]!.data_hash !== dataHash) return null;
  return (await examineRows(rows, resultsRoot)).kind === "whole" ? rows : null;
}

/** Rows of every run, those that wait to be gathered included. */
async function readStoredRows(resultsRoot: string): Promise<Map<string, ResultRow[]>> {
  const waiting = [...(await readWaitingRows(resultsRoot)).values()].flat();
  const isWaiting = new Set(waiting.map(RESULT_SCHEMA.key));
  const stored = (await readResults(resultsRoot)).filter((row) =>
    !isWaiting.has(RESULT_SCHEMA.key(row))
  );
  return Map.groupBy([...stored, ...waiting], ({ run_id }) => run_id);
}

/** The rows of a run, one for each of its selections, and its files: what it stands for, how it went, its picture, and the weights that its rows are of. */
async function examineRows(
  rows: readonly ResultRow[],
  resultsRoot: string,
): Promise<RunState> {
  const folder = runFolder(resultsRoot, rows[0]!.run_id);
  const weights = rows.filter(({ selection }) => selection !== "untrained")
    .map(({ selection }) => `${selection}.safetensors`);
  const names = ["config.json", "epochs.csv", "neighbors.svg", ...weights];
  const state = await examineRun(folder.path, names);
  if (state.kind !== "whole") return state;
  const problem = await findRecordFault(rows, resultsRoot);
  return problem === null ? state : { kind: "damaged", problem };
}

/** How rows disagree with what their run left beside them; the last words, what to do, are the caller's. */
async function findRecordFault(
  rows: readonly ResultRow[],
  resultsRoot: string,
): Promise<string | null> {
  try {
    await readRunRecord(resultsRoot, rows);
    return null;
  } catch (error) {
    if (error instanceof InputError) return error.message.replace(RECORD_REMEDY, "");
    throw error;
  }
}
