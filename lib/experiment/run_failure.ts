/** Why a run failed, `failure.txt` in its folder, until it is begun again: for who looks at a results folder from another machine. */

import { join } from "@std/path";
import { writeFileAtomic } from "../file/atomic_write.ts";
import { doesExist } from "../file/does_exist.ts";
import { readTextIfThere } from "../file/read_file.ts";
import { removeIfThere } from "../file/remove_if_there.ts";

const FAILURE_FILE = "failure.txt";

/** Stores why a run failed; one that failed before it had a folder leaves none. */
export async function storeFailure(folder: string, message: string): Promise<void> {
  if (await doesExist(folder)) await writeFileAtomic(join(folder, FAILURE_FILE), `${message}\n`);
}

/** The first line of why a run failed, or `null`. */
export async function readFailure(folder: string): Promise<string | null> {
  const text = await readTextIfThere(join(folder, FAILURE_FILE), "read failure");
  return text === null ? null : text.split("\n")[0]!;
}

/** Forgets a failure, as the run is begun again. */
export async function removeFailure(folder: string): Promise<void> {
  await removeIfThere(join(folder, FAILURE_FILE));
}
