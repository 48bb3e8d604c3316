/** What is going on in a folder of results, whoever works there: from files alone, without touching them. */

import { join } from "@std/path";
import { InputError } from "../errors.ts";
import { compareText } from "../file/compare_text.ts";
import { readTextIfThere } from "../file/read_file.ts";
import { readEpochs } from "../results/rows/epoch_row.ts";
import type { TrainConfig } from "../train/config.ts";
import type { EpochRecord } from "../train/run_training.ts";
import type { EpochEvaluation } from "./evaluate_embedder.ts";
import { runFolder, RUNS_FOLDER } from "./run_folder.ts";
import { LOCK_FILE } from "./run_lock.ts";

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
 * @throws {InputError} If there is no such folder, or a file cannot be parsed.
 */
export async function watchRuns(resultsRoot: string, nowMs: number): Promise<WatchedResults> {
  const ids = await listRunFolders(resultsRoot);
  const unfinished: WatchedRun[] = [];
  let doneCount = 0;
  for (const runId of ids) {
    const run = await watchRun(resultsRoot, runId, nowMs);
    if (run === null) doneCount++;
    else unfinished.push(run);
  }
  return { doneCount, unfinished };
}

async function listRunFolders(resultsRoot: string): Promise<string[]> {
  const folder = join(resultsRoot, RUNS_FOLDER);
  const names: string[] = [];
  try {
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      if (isDirectory && !name.startsWith(".")) names.push(name);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new InputError(
      `${folder}: Cannot watch runs as their folder must exist: it does not; ` +
        "name the folder of results by --results-root, or begin a run",
    );
  }
  return names.toSorted(compareText);
}

/** @returns `null` if the run is done. */
async function watchRun(
  resultsRoot: string,
  runId: string,
  nowMs: number,
): Promise<WatchedRun | null> {
  const folder = runFolder(resultsRoot, runId);
  const checkpoint = await readHistory(join(folder.path, "checkpoint.json"));
  const holder = await findHolder(folder.path);
  if (checkpoint === null && holder === null) return null;
  const epochs = await readEpochs(folder.epochs);
  const last = epochs.at(-1);
  const recalls = epochs.map(({ recall_at_1 }) => recall_at_1).filter((value) => value !== null);
  return {
    runId,
    holder,
    epoch: last?.epoch ?? null,
    epochCount: checkpoint?.config.epochCount ?? null,
    imagesPerSecond: last?.images_per_second ?? null,
    recallAt1: recalls.at(-1) ?? null,
    bestRecallAt1: recalls.length === 0 ? null : Math.max(...recalls),
    secondsLeft: checkpoint && estimateLeft(checkpoint, holder === null ? null : nowMs),
  };
}

interface WatchedCheckpoint {
  readonly config: TrainConfig;
  readonly history: readonly EpochRecord<EpochEvaluation>[];
  /** Milliseconds since 1970. */
  readonly writtenMs: number;
}

async function readHistory(path: string): Promise<WatchedCheckpoint | null> {
  const text = await readTextIfThere(path, "watch run");
  if (text === null) return null;
  const { config, history } = JSON.parse(text) as Omit<WatchedCheckpoint, "writtenMs">;
  const info = await Deno.stat(path).catch(() => null); // the run ended meanwhile
  return { config, history, writtenMs: info?.mtime?.getTime() ?? 0 };
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

/** Who holds the lock of a run; a text that a killed process left is nobody's, as the system has released its lock. */
async function findHolder(folder: string): Promise<string | null> {
  const path = join(folder, LOCK_FILE);
  const text = await readTextIfThere(path, "watch run");
  if (text === null) return null;
  using file = await Deno.open(path);
  if (!await file.tryLock(false)) return text || "another process";
  await file.unlock();
  return null;
}
