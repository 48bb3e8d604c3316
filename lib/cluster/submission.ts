/** What was submitted, in the results folder, so that any machine can tell which run is which element of which job. */

import { join } from "@std/path";
import { writeFileAtomic } from "../file/atomic_write.ts";
import { compareText } from "../file/compare_text.ts";
import { InputError } from "../errors.ts";
import { explainReadError } from "../file/read_file.ts";

/** Folder of logs and submissions below the results root. */
export const SLURM_FOLDER = "slurm";

/** A job array that was submitted. */
export interface Submission {
  /** Slurm's number of the array. */
  readonly job: number;
  /** Ids of the runs of each element that was submitted, by its number. */
  readonly elements: Readonly<Record<string, readonly string[]>>;
}

/** Stores a submission as `slurm/<job>.json`; the folder must exist. */
export async function storeSubmission(resultsRoot: string, submission: Submission): Promise<void> {
  const path = join(resultsRoot, SLURM_FOLDER, `${submission.job}.json`);
  await writeFileAtomic(path, `${JSON.stringify(submission, null, 2)}\n`);
}

/**
 * Reads all submissions, the oldest first.
 *
 * @throws {InputError} If one is damaged, or a file is in the folder's place.
 */
export async function readSubmissions(resultsRoot: string): Promise<Submission[]> {
  const folder = join(resultsRoot, SLURM_FOLDER);
  const names: string[] = [];
  try {
    for await (const { name } of Deno.readDir(folder)) {
      if (/^\d+\.json$/.test(name)) names.push(name.padStart(20, "0"));
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) {
      throw explainReadError(error, folder, "list submissions");
    }
  }
  const submissions: Submission[] = [];
  for (const name of names.toSorted(compareText)) {
    submissions.push(await readSubmission(join(folder, name.replace(/^0+/, ""))));
  }
  return submissions;
}

async function readSubmission(path: string): Promise<Submission> {
  const value = await Deno.readTextFile(path).then(JSON.parse).catch(() => null);
  if (Number.isInteger(value?.job) && typeof value.elements === "object") return value;
  throw new InputError(
    `${path}: Cannot read submission as it must have a job and its elements: it is damaged; remove it`,
  );
}
