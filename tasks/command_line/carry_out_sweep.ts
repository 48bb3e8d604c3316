/** Carries out the trials of a sweep that are not done, one after another, and says which scored best. */

import { join } from "@std/path";
import { openDataset } from "../../lib/dataset/open_dataset.ts";
import { InputError } from "../../lib/errors.ts";
import { RunStopped } from "../../lib/experiment/execute_run.ts";
import { readPretrained } from "../../lib/experiment/pretrained.ts";
import { withRunLock } from "../../lib/experiment/run_lock.ts";
import { executeTrial, removeTrial, type Trial } from "../../lib/experiment/sweep/execute_trial.ts";
import { SWEEP_SCHEMA, type SweepRow } from "../../lib/experiment/sweep/sweep_row.ts";
import { makeFolder } from "../../lib/file/atomic_write.ts";
import { readCsv, upsertRows } from "../../lib/results/rows/csv_store.ts";
import { trialKey } from "../../lib/results/rows/trial_row.ts";
import { hashConfig } from "../../lib/train/run_id.ts";
import { readCacheBytes } from "./cache_flag.ts";
import type { Flags } from "./flags.ts";
import { openChosenBackend } from "./open_chosen_backend.ts";
import { formatTaskCommand } from "./permissions.ts";
import { openProgress } from "./progress.ts";
import { readBackendChoice, readRoots } from "./shared_flags.ts";
import { StoppedError, takeStopSignals } from "./stop_signals.ts";
import type { SweepPlan } from "./sweep_flags.ts";

/** Below the results root: what is under way. */
const SWEEP_FOLDER = "sweep";
const SWEEP_FILE = "sweep.csv";
/** Trials named at the end. */
const NAMED_COUNT = 5;

/**
 * Carries out a sweep; trials that have a row are skipped, one that was interrupted goes on.
 *
 * @throws {InputError} If data, weights or the results folder do not allow it.
 * @throws {StoppedError} If a signal ended it.
 */
export async function carryOutSweep(plan: SweepPlan, flags: Flags): Promise<void> {
  const { trials, foldCount } = plan;
  const cacheBytes = readCacheBytes(flags);
  const { profile, dataRoot, resultsRoot } = readRoots(flags);
  const path = join(resultsRoot, SWEEP_FILE);
  const { config } = trials[0]!;
  const dataset = await openDataset({ name: config.dataset, profile, dataRoot });
  const keyOf = (trial: Trial) =>
    trialKey({
      config_hash: hashConfig(trial.config),
      fold_count: foldCount,
      data_hash: dataset.dataHash,
    });
  const rowOf = await readDone(path);
  const waiting = trials.filter((trial) => !rowOf.has(keyOf(trial)));
  if (waiting.length < trials.length) {
    console.log(`${trials.length - waiting.length} of ${trials.length} trials are done already`);
  }
  if (waiting.length > 0) {
    const backend = await openChosenBackend(flags);
    const { isEager = false } = readBackendChoice(flags).options;
    const file = plan.pretrainedPath === null
      ? null
      : { path: plan.pretrainedPath, hash: config.pretrainedHash! };
    const pretrained = await readPretrained(file, config.backbone);
    const folder = join(resultsRoot, SWEEP_FOLDER);
    await makeFolder(folder);
    const onWait = (holder: string) => console.error(`Waits for ${holder}, which sweeps too`);
    await withRunLock(
      folder,
      { onWait, isRequired: true },
      () =>
        carryOutAll(waiting, async (trial, steps) => {
          const options = {
            trial,
            foldCount,
            dataset,
            backend,
            isEager,
            pretrained,
            cacheBytes,
            folder,
            ...steps,
          };
          const row = await executeTrial(options);
          await upsertRows(path, SWEEP_SCHEMA, [row]);
          await removeTrial(options);
          return row;
        }),
    );
  }
  const done = await readDone(path);
  printBest(trials.flatMap((trial) => done.get(keyOf(trial)) ?? []));
}

async function readDone(path: string): Promise<Map<string, SweepRow>> {
  return new Map((await readCsv(path, SWEEP_SCHEMA)).map((row) => [trialKey(row), row]));
}

interface Steps {
  readonly onProgress: (share: number) => void;
  readonly shouldStop: () => boolean;
}

/** One trial after another until a signal comes. */
async function carryOutAll(
  trials: readonly Trial[],
  carryOut: (trial: Trial, steps: Steps) => Promise<SweepRow>,
): Promise<void> {
  const stop = takeStopSignals((name) =>
    console.error(`${name}: stopping after the present step; once more ends at once`)
  );
  const progress = openProgress(`${trials.length} trials`);
  try {
    for (const [i, trial] of trials.entries()) {
      const name = `${trial.config.loss.name} ${trial.number}`;
      const row = await carryOut(trial, {
        onProgress: (share) =>
          progress.update(Math.floor((i + share) * 100), trials.length * 100, name),
        shouldStop: () => stop.signal.aborted,
      });
      console.log(describeRow(row));
    }
  } catch (error) {
    const signal = stop.received();
    if (!(error instanceof RunStopped) || !signal) throw error;
    throw new StoppedError(
      `Stopped by ${signal.name}: the trial goes on from its last epoch; run \`${formatTaskCommand()}\``,
      signal.exitCode,
    );
  } finally {
    progress.stop();
    stop.ignore();
  }
}

function printBest(rows: readonly SweepRow[]): void {
  if (rows.length === 0) {
    throw new InputError("Cannot rank trials as there must be rows: there are none");
  }
  const best = rows.toSorted((a, b) => b.held_out_recall_at_1 - a.held_out_recall_at_1);
  console.log(`The best of ${rows.length} trials on held-out training classes:`);
  for (const row of best.slice(0, NAMED_COUNT)) console.log(`  ${describeRow(row)}`);
}

function describeRow(row: SweepRow): string {
  const { loss, trial, drawn, held_out_recall_at_1, fold_recalls } = row;
  const settings = trial === 0 ? "the settings as they are" : drawn;
  return `${loss} trial ${trial}: held-out Recall@1 ${
    held_out_recall_at_1.toFixed(2)
  } (folds ${fold_recalls}): ${settings}`;
}
