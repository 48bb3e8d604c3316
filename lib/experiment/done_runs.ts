/** Which runs need not be carried out again. */

import { datasetFolder } from "../dataset/open_dataset.ts";
import { hashManifest } from "../dataset/manifest.ts";
import type { Profile } from "../dataset/record.ts";
import type { Workspace } from "../dataset/workspace.ts";
import { doesExist } from "../file/does_exist.ts";
import { readResults } from "../results/rows/read_results.ts";
import type { TrainConfig } from "../train/config.ts";
import { formatRunId } from "../train/run_id.ts";
import { runFolder } from "./run_folder.ts";

/**
 * Ids of the runs whose rows are stored, stand on the data as it is now, and whose final weights are here.
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
): Promise<Set<string>> {
  const stored = new Map<string, string>(); // run id -> data hash
  for (const row of await readResults(roots.resultsRoot)) stored.set(row.run_id, row.data_hash);
  const hashes = new Map<string, string | null>();
  const currentHash = async (profile: Profile, dataset: string) => {
    if (foldersHash !== undefined) return foldersHash;
    const folder = datasetFolder(roots.dataRoot, profile, dataset);
    if (!hashes.has(folder)) hashes.set(folder, await hashManifest(folder));
    return hashes.get(folder);
  };
  const done = new Set<string>();
  for (const config of configs) {
    const runId = formatRunId(config);
    const dataHash = stored.get(runId);
    if (dataHash === undefined) continue;
    const isCurrent = dataHash === await currentHash(config.profile, config.dataset);
    const weights = runFolder(roots.resultsRoot, runId).weights("final");
    if (isCurrent && await doesExist(weights)) done.add(runId);
  }
  return done;
}
