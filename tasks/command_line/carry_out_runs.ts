/** What train, partial, imbalance and reproduce-all share: open a backend, skip what is done, run, write the tables. */

import type { ClassFolders } from "../../lib/dataset/workspace.ts";
import { InputError } from "../../lib/errors.ts";
import { findDoneRuns } from "../../lib/experiment/done_runs.ts";
import { LOG_FORMATS } from "../../lib/experiment/log_run.ts";
import { removeCheckpoint } from "../../lib/experiment/run_files.ts";
import { gatherRows } from "../../lib/experiment/run_rows.ts";
import { runFolder } from "../../lib/experiment/run_folder.ts";
import type { RunMessage } from "../../lib/experiment/run_messages.ts";
import { executeRuns, type PoolSummary } from "../../lib/experiment/run_pool.ts";
import { shareCores } from "../../lib/experiment/share_cores.ts";
import { regenerateTables } from "../../lib/results/tables/build_tables.ts";
import type { TrainConfig } from "../../lib/train/config.ts";
import { checkMicroBatch } from "../../lib/train/micro_batch_step.ts";
import { formatRunId } from "../../lib/train/run_id.ts";
import { readCacheBytes } from "./cache_flag.ts";
import { StoppedError, type StopSignals, takeStopSignals } from "./stop_signals.ts";
import { formatTaskCommand } from "./permissions.ts";
import type { Flags } from "./flags.ts";
import { openChosenBackend } from "./open_chosen_backend.ts";
import { checkQueries, openClassFolders } from "./open_class_folders.ts";
import { openProgress } from "./progress.ts";
import { readShard } from "./shard_flag.ts";
import { readBackendChoice, readJobCount, readRoots, type Roots } from "./shared_flags.ts";

/** Runs, and the files that they stand on. */
export interface RunPlan {
  readonly configs: readonly TrainConfig[];
  /** Files of pretrained weights by backbone; the others start from random numbers. */
  readonly pretrainedPaths: ReadonlyMap<string, string>;
  /** Class folders instead of converted datasets. */
  readonly folders?: ClassFolders;
}

/** What `runAll` needs beside the flags. */
interface Execution extends RunPlan {
  readonly microBatchSize?: number;
  readonly cacheBytes?: number;
}

/**
 * Carries out the runs that are not done, then regenerates all tables.
 *
 * @throws {InputError} If a run failed; the message names the first failure and how many there were.
 */
export async function carryOutRuns(plan: RunPlan, flags: Flags): Promise<void> {
  const { configs, folders } = plan;
  const roots = readRoots(flags);
  const microBatchSize = readMicroBatch(flags, configs);
  const cacheBytes = readCacheBytes(flags);
  readJobCount(flags); // what is wrong is said before a backend is opened
  if (configs.length === 0 && readShard(flags)) return console.log("This part has no runs");
  const opened = folders && await openClassFolders(configs[0]!.dataset, folders, roots.dataRoot);
  if (opened) checkQueries(opened, configs.map(({ protocol }) => protocol));
  const { done, damaged } = flags.isOn("rerun")
    ? { done: new Set<string>(), damaged: new Map<string, string>() }
    : await findDoneRuns(configs, roots, opened?.dataHash);
  for (const problem of damaged.values()) console.error(`${problem}; the run is made again`);
  for (const runId of done) await removeCheckpoint(runFolder(roots.resultsRoot, runId).path);
  const waiting = configs.filter((config) => !done.has(formatRunId(config)));
  if (done.size > 0) {
    console.log(`${done.size} of ${configs.length} runs are done already; --rerun repeats them`);
  }
  const summary = waiting.length > 0
    ? await runAll({ ...plan, configs: waiting, microBatchSize, cacheBytes }, flags, roots)
    : null;
  if (!flags.isOn("rows-per-run")) await writeTables(roots.resultsRoot);
  const stop = summary?.stop;
  if (stop) {
    throw new StoppedError(
      `Stopped by ${stop.name}: ${summary.finished.length} of ${waiting.length} runs are done, the others go on from their ` +
        `last epoch; run \`${formatTaskCommand()}\``,
      stop.exitCode,
    );
  }
  const [failure] = summary?.failed ?? [];
  if (failure) {
    throw new InputError(
      `${failure.message}; ${
        summary!.failed.length
      } of ${waiting.length} runs failed; once that is mended, the same command goes on`,
    );
  }
}

async function writeTables(resultsRoot: string): Promise<void> {
  await gatherRows(resultsRoot);
  const written = await regenerateTables(resultsRoot);
  console.log(`${written.length} tables and pictures are up to date below ${resultsRoot}/tables`);
}

/** Reads `--micro-batch`, before anything else is done, so that a run that cannot use it is refused at once. */
function readMicroBatch(flags: Flags, configs: readonly TrainConfig[]): number | undefined {
  const size = flags.number("micro-batch", { minimum: 1, isInteger: true });
  if (size !== undefined) configs.forEach((config) => checkMicroBatch(config, size));
  return size;
}

/** How the runs ended, and the signal that ended them if one did. */
interface RunsSummary extends PoolSummary {
  readonly stop: ReturnType<StopSignals["received"]>;
}

async function runAll(plan: Execution, flags: Flags, roots: Roots): Promise<RunsSummary> {
  const { configs, pretrainedPaths, folders, microBatchSize, cacheBytes } = plan;
  const backend = await openChosenBackend(flags);
  const { options } = readBackendChoice(flags);
  const { jobCount, threads } = shareCores({
    backend,
    backbones: configs.map(({ backbone }) => backbone),
    coreCount: navigator.hardwareConcurrency,
    jobCount: readJobCount(flags),
    threads: options.threads,
  });
  const progress = configs.length === 1
    ? openProgress(formatRunId(configs[0]!), () => "")
    : openProgress("runs", (done, total) => `${(done / 100).toFixed(2)} of ${total / 100}`);
  const share = new Map<string, number>(); // of each run, in [0, 1]
  const show = (note: string) => {
    const done = [...share.values()].reduce((sum, part) => sum + part, 0);
    progress.update(Math.floor(done * 100), configs.length * 100, note);
  };
  const stop = takeStopSignals((name) =>
    console.error(`${name}: stopping after the present step; once more ends at once`)
  );
  const summary = await executeRuns(configs, {
    ...roots,
    signal: stop.signal,
    folders,
    microBatchSize,
    cacheBytes,
    logFormat: flags.choice("log", LOG_FORMATS),
    keepsRows: flags.isOn("rows-per-run"),
    backendName: backend.name,
    backendOptions: { ...options, threads },
    jobCount,
    pretrainedPathOf: (backbone) => pretrainedPaths.get(backbone) ?? null,
    onMessage(config, message) {
      const runId = formatRunId(config);
      const prefix = configs.length === 1 ? "" : `${runId} `;
      if (message.kind === "progress") share.set(runId, message.doneStepCount / message.stepCount);
      if (message.kind === "finished" || message.kind === "failed") share.set(runId, 1);
      show(prefix + describeMessage(message));
    },
  });
  progress.stop();
  stop.ignore();
  return { ...summary, stop: stop.received() };
}

function describeMessage(message: RunMessage): string {
  if (message.kind === "progress") return message.note;
  return message.kind === "waiting" ? `waits for ${message.holder}` : message.kind;
}
