/** Where each run stands, as its folder tells: on whichever machine it is, by a shared file system. */

import { join } from "@std/path";
import type { Workspace } from "../dataset/workspace.ts";
import { findDoneRuns } from "../experiment/done_runs.ts";
import { readFailure } from "../experiment/run_failure.ts";
import { hasCheckpoint } from "../experiment/run_files.ts";
import { runFolder } from "../experiment/run_folder.ts";
import { readLockHolder } from "../experiment/run_lock.ts";
import { InputError } from "../errors.ts";
import { doesExist } from "../file/does_exist.ts";
import { readEpochs } from "../results/rows/epoch_row.ts";
import type { TrainConfig } from "../train/config.ts";
import { formatRunId } from "../train/run_id.ts";
import type { ElementState } from "./slurm.ts";

/** Kinds of states, in the order in which a summary counts them. */
export const RUN_STATES = ["done", "running", "failed", "stopped", "waiting"] as const;

/** A run and where it stands. */
export interface RunStatus {
  readonly runId: string;
  /** `stopped`: begun, and nobody works on it. */
  readonly state: typeof RUN_STATES[number];
  /** More of it, in one line; "" if there is no more. */
  readonly note: string;
}

/** An element of a job array. */
export interface JobElement extends ElementState {
  /** As Slurm writes it, such as `17_3`. */
  readonly name: string;
}

/** States of Slurm's elements that run. */
const RUNNING = /^(RUNNING|COMPLETING|CONFIGURING|STAGE_OUT|SIGNALING|SUSPENDED)$/;
/** Those that are still to come. */
const QUEUED = /^(PENDING|REQUEUED|REQUEUE_HOLD|REQUEUE_FED|SPECIAL_EXIT|RESIZING)$/;

/**
 * Finds out where runs stand. What the results folder says goes before what Slurm says.
 *
 * @param elementOf The element of Slurm that has a run, if one does.
 * @throws {InputError} If a results file cannot be parsed.
 */
export async function readRunStatus(
  configs: readonly TrainConfig[],
  roots: Workspace,
  elementOf: (runId: string) => JobElement | undefined,
): Promise<RunStatus[]> {
  const { done, damaged } = await findDoneRuns(configs, roots);
  const states: RunStatus[] = [];
  for (const config of configs) {
    const runId = formatRunId(config);
    const problem = damaged.get(runId);
    const status = done.has(runId)
      ? { state: "done", note: "" } as const
      : await readUndone(config, runFolder(roots.resultsRoot, runId).path, elementOf(runId));
    states.push({
      runId,
      ...status,
      note: problem && status.state !== "running" ? `made again, as ${problem}` : status.note,
    });
  }
  return states;
}

async function readUndone(
  config: TrainConfig,
  folder: string,
  element: JobElement | undefined,
): Promise<Omit<RunStatus, "runId">> {
  const progress = await describeProgress(config, folder);
  const holder = await readLockHolder(folder);
  const isRunning = element !== undefined && RUNNING.test(element.state);
  if (holder !== null || isRunning) {
    const where = holder ?? `element ${element!.name} on ${element!.nodes}`;
    // an element has its runs one after another
    if (holder !== null || progress !== "") {
      return { state: "running", note: joinNotes(where, progress) };
    }
    return { state: "waiting", note: `${where} has it` };
  }
  if (element !== undefined && QUEUED.test(element.state)) {
    const why = element.reason === "" ? "" : ` (${element.reason})`;
    const queued = `element ${element.name} is in the queue${why}`;
    return { state: progress === "" ? "waiting" : "stopped", note: joinNotes(queued, progress) };
  }
  const failure = await readFailure(folder);
  if (failure !== null) return { state: "failed", note: failure };
  if (element !== undefined && element.state !== "COMPLETED") {
    const why = [element.state, element.reason].filter((text) => text !== "").join(", ");
    return { state: "failed", note: joinNotes(`element ${element.name}: ${why}`, progress) };
  }
  return { state: progress === "" ? "waiting" : "stopped", note: progress };
}

/** How far a run has come; "" if it has not begun. */
async function describeProgress({ epochCount }: TrainConfig, folder: string): Promise<string> {
  if (!await doesExist(folder)) return "";
  if (!await hasCheckpoint(folder)) {
    return await doesExist(join(folder, "run.lock"))
      ? `before its first epoch of ${epochCount}`
      : "";
  }
  try {
    const epochs = await readEpochs(join(folder, "epochs.csv"));
    return `epoch ${epochs.at(-1)?.epoch ?? 0} of ${epochCount} is done`;
  } catch (error) {
    if (error instanceof InputError) return error.message; // the other runs are told all the same
    throw error;
  }
}

function joinNotes(a: string, b: string): string {
  return [a, b].filter((text) => text !== "").join("; ");
}
