/** Where the files of a run are. */

import { join } from "@std/path";
import { compareText } from "../file/compare_text.ts";
import { explainReadError } from "../file/read_file.ts";
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

/**
 * Names of the folders of runs, sorted; a link to a folder is one.
 *
 * @returns `null` if there is no folder of them.
 * @throws {InputError} If a file is in its place.
 */
export async function listRunFolders(resultsRoot: string): Promise<string[] | null> {
  const folder = join(resultsRoot, RUNS_FOLDER);
  const names: string[] = [];
  try {
    for await (const { name, isDirectory, isSymlink } of Deno.readDir(folder)) {
      if (name.startsWith(".")) continue;
      if (isDirectory || (isSymlink && await isFolder(join(folder, name)))) names.push(name);
    }
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw explainReadError(error, folder, "list runs");
  }
  return names.toSorted(compareText);
}

async function isFolder(path: string): Promise<boolean> {
  return await Deno.stat(path).then(({ isDirectory }) => isDirectory, () => false);
}
