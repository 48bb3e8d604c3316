/** What is going on in a folder of results, whoever works there: from files alone, without touching them. */

import { join } from "@std/path";
import { InputError } from "../errors.ts";
import { doesExist } from "../file/does_exist.ts";
import { readEpochs } from "../results/rows/epoch_row.ts";
import { readCheckpointState } from "../train/checkpoint.ts";
import type { TrainConfig } from "../train/config.ts";
import type { EpochRecord } from "../train/run_training.ts";
import type { EpochEvaluation } from "./evaluate_embedder.ts";
import { readFailure } from "./run_failure.ts";
import { listRunFolders, runFolder, RUNS_FOLDER } from "./run_folder.ts";
import { LOCK_FILE, readLockHolder } from "./run_lock.ts";

/** A run that is not done. */
export interface WatchedRun {
  readonly runId: string;
  /** Process that works on it; `null` if none does. */
  readonly holder: string | null;
  /** Epochs completed; `null` before the untrained network is evaluated. */
  readonly epoch: number | null;
  /** Epochs of the whole run; `null` before its first checkpoint. */
  readonly epochCount: number | null;
  /** Training images a second of the last epoch. */
  readonly imagesPerSecond: number | null;
  /** Recall@1 of the last evaluated epoch, percent. */
  readonly recallAt1: number | null;
  /** The best of all epochs so far, percent. */
  readonly bestRecallAt1: number | null;
  /** Seconds to the end at the pace of the epochs so far; `null` where none is trained. */
  readonly secondsLeft: number | null;
  /** Which of its files cannot be read, or why it failed, and what to do; `null` if nothing is wrong. */
  readonly problem: string | null;
}

/** A look at a folder of results. */
export interface WatchedResults {
  readonly doneCount: number;
  /** In the order of their ids. */
  readonly unfinished: readonly WatchedRun[];
}

/**
 * Looks once.
 *
 * @param nowMs Milliseconds since 1970: the time since the last epoch is taken off the time left.
 * @throws {InputError} If there is no such folder.
 */
export async function watchRuns(resultsRoot: string, nowMs: number): Promise<WatchedResults> {
  const ids = await listRunFolders(resultsRoot);
  if (ids === null) {
    throw new InputError(
      `${
        join(resultsRoot, RUNS_FOLDER)
      }: Cannot watch runs as their folder must exist: it does not; ` +
        "name the folder of results by --results-root, or begin a run",
    );
  }
  const unfinished: WatchedRun[] = [];
  let doneCount = 0;
  for (const runId of ids) {
    const run = await watchRun(resultsRoot, runId, nowMs);
    if (run === "done") doneCount++;
    else if (run !== null) unfinished.push(run);
  }
  return { doneCount, unfinished };
}

/** @returns `"done"`, or `null` for a folder that no run has begun in. */
async function watchRun(
  resultsRoot: string,
  runId: string,
  nowMs: number,
): Promise<WatchedRun | "done" | null> {
  const folder = runFolder(resultsRoot, runId);
  const holder = await readLockHolder(folder.path);
  const checkpoint = await readOrExplain(() => readHistory(folder.path), null);
  if (checkpoint.value === null && checkpoint.problem === null && holder === null) {
    if (await doesExist(folder.config)) return "done"; // it is written at the end
    if (!await doesExist(join(folder.path, LOCK_FILE))) return null;
  }
  const epochs = await readOrExplain(() => readEpochs(folder.epochs), []);
  const failure = holder === null ? await readFailure(folder.path) : null;
  const last = epochs.value.at(-1);
  const recalls = epochs.value.map(({ recall_at_1 }) => recall_at_1)
    .filter((value) => value !== null);
  return {
    runId,
    holder,
    epoch: last?.epoch ?? null,
    epochCount: checkpoint.value?.config.epochCount ?? null,
    imagesPerSecond: last?.images_per_second ?? null,
    recallAt1: recalls.at(-1) ?? null,
    bestRecallAt1: recalls.length === 0 ? null : Math.max(...recalls),
    secondsLeft: checkpoint.value && estimateLeft(checkpoint.value, holder === null ? null : nowMs),
    problem: checkpoint.problem ?? epochs.problem ?? failure,
  };
}

/** What one run cannot tell is no reason not to look at the others. */
async function readOrExplain<T>(
  read: () => Promise<T>,
  otherwise: T,
): Promise<{ readonly value: T; readonly problem: string | null }> {
  try {
    return { value: await read(), problem: null };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { value: otherwise, problem: error.message };
  }
}

interface WatchedCheckpoint {
  readonly config: TrainConfig;
  readonly history: readonly EpochRecord<EpochEvaluation>[];
  /** Milliseconds since 1970. */
  readonly writtenMs: number;
}

async function readHistory(folder: string): Promise<WatchedCheckpoint | null> {
  const state = await readCheckpointState<EpochRecord<EpochEvaluation>>(folder);
  if (state === null) return null;
  const info = await Deno.stat(join(folder, "checkpoint.json")).catch(() => null); // the run ended meanwhile
  return { ...state, writtenMs: info?.mtime?.getTime() ?? 0 };
}

/** @param nowMs `null` where nobody works on it: then the time stands still. */
function estimateLeft(
  { config, history, writtenMs }: WatchedCheckpoint,
  nowMs: number | null,
): number | null {
  const trained = history.filter(({ epoch }) => epoch > 0);
  if (trained.length === 0) return null;
  const seconds = trained.reduce(
    (sum, { trainSeconds, evaluation }) => sum + trainSeconds + (evaluation?.seconds ?? 0),
    0,
  );
  const left = (config.epochCount - trained.length) * seconds / trained.length;
  const passed = nowMs === null ? 0 : Math.max(0, nowMs - writtenMs) / 1000;
  return Math.max(0, left - passed);
}
