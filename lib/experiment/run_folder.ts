/** Where the files of a run are. */

import { join } from "@std/path";
import { queryResultsName } from "../results/rows/query_results.ts";
import type { Selection } from "../train/selection.ts";

/** Paths below `results/runs/<run id>/`. */
export interface RunFolder {
  readonly path: string;
  /** Resolved configuration, data hash and provenance. */
  readonly config: string;
  readonly epochs: string;
  readonly contactSheet: string;
  /** Weights of a reported epoch. */
  weights(selection: Selection): string;
  /** What the test queries of a reported epoch found. */
  queries(selection: Selection): string;
}

/** Below the results root: a folder a run. */
export const RUNS_FOLDER = "runs";

/** The folder of a run. */
export function runFolder(resultsRoot: string, runId: string): RunFolder {
  const path = join(resultsRoot, RUNS_FOLDER, runId);
  return {
    path,
    config: join(path, "config.json"),
    epochs: join(path, "epochs.csv"),
    contactSheet: join(path, "neighbors.svg"),
    weights: (selection) => join(path, `${selection}.safetensors`),
    queries: (selection) => join(path, queryResultsName(selection)),
  };
}
