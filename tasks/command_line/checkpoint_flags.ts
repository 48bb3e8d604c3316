/** The flags that name stored weights: of a run, or any file. */

import { UsageError } from "../../lib/errors.ts";
import { runFolder } from "../../lib/experiment/run_folder.ts";
import { SELECTIONS } from "../../lib/train/selection.ts";
import type { Flag, Flags } from "./flags.ts";

/** Which weights. */
export const CHECKPOINT_FLAGS: readonly Flag[] = [
  { name: "run", value: "ID", help: "Run whose weights to use, as in results/full.csv." },
  {
    name: "selection",
    value: "NAME",
    help: "Epoch of the run: final, held_out or best_on_test; default final.",
  },
  {
    name: "checkpoint",
    value: "FILE",
    help: "File of weights, instead of --run.",
  },
];

/**
 * Checks that `--selection` has something to choose from.
 *
 * @param action What the task does, for the error.
 * @throws {UsageError} If it comes with a file, which is one epoch.
 */
export function checkSelection(flags: Flags, action: string): void {
  if (flags.text("checkpoint") === undefined || flags.text("selection") === undefined) return;
  throw new UsageError(
    `Cannot ${action} as --selection chooses an epoch of --run: it is given with --checkpoint, which is one`,
  );
}

/**
 * Reads `--run` where it may name several, separated by commas; each is given once.
 *
 * @param action What the task does, for the error.
 * @throws {UsageError} If one is no id.
 */
export function readRunIds(flags: Flags, action: string): readonly string[] | undefined {
  const ids = flags.text("run")?.split(",").map((id) => id.trim());
  ids?.forEach((id) => checkRunId(id, action));
  return ids && [...new Set(ids)];
}

/** An id names a folder below `results/runs`, and leads nowhere else. */
function checkRunId(id: string, action: string): void {
  if (/^\w[\w.-]*$/.test(id)) return;
  throw new UsageError(
    `Cannot ${action} as --run must be the id of a run, as in results/full.csv: it is ${
      JSON.stringify(id)
    }`,
  );
}

/**
 * Reads `CHECKPOINT_FLAGS`.
 *
 * @param action What the task does, for errors, such as `evaluate`.
 * @throws {UsageError} Unless exactly one of run and file is given, or if an epoch is chosen of a file.
 */
export function readCheckpointPath(flags: Flags, resultsRoot: string, action: string): string {
  const [run, checkpoint] = [flags.text("run"), flags.text("checkpoint")];
  if ((run === undefined) === (checkpoint === undefined)) {
    throw new UsageError(
      `Cannot ${action} as exactly one of --run and --checkpoint must be given: ${
        run === undefined ? "none is" : "both are"
      }`,
    );
  }
  if (run !== undefined) checkRunId(run, action);
  checkSelection(flags, action);
  const selection = flags.choice("selection", SELECTIONS.filter((name) => name !== "untrained"));
  return checkpoint ?? runFolder(resultsRoot, run!).weights(selection ?? "final");
}
