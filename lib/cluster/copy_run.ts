/** The files of a run, from one folder of results to another. */

import { basename, join } from "@std/path";
import { InputError } from "../errors.ts";
import { CHECKSUMS_FILE, isPassing, readChecksums } from "../results/rows/checksums.ts";
import { makeFolder, writeFileAtomic } from "../file/atomic_write.ts";
import { doesExist } from "../file/does_exist.ts";
import { hashBytes } from "../file/hash.ts";
import { readBytes } from "../file/read_file.ts";

/** Whether a folder has the files of a run with their list, which is copied last. */
export function isCopied(target: string): Promise<boolean> {
  return doesExist(join(target, CHECKSUMS_FILE));
}

/**
 * Copies what a run leaves, its list of checksums last; locks and checkpoints stay where they are. A run that has its list
 * there already is left as it is.
 *
 * @param folder Folder of the run.
 * @param target Where it goes; made if need be.
 * @returns Whether anything was copied.
 * @throws {InputError} If a file is not what the list says.
 */
export async function copyRun(folder: string, target: string): Promise<boolean> {
  if (!await doesExist(folder) || await isCopied(target)) return false;
  const sums = await readChecksums(folder);
  await makeFolder(target);
  for await (const { name, isFile } of Deno.readDir(folder)) {
    if (!isFile || isPassing(name)) continue;
    const bytes = await readBytes(join(folder, name), "merge results");
    const wanted = sums?.get(name);
    if (wanted !== undefined && hashBytes(bytes) !== wanted) {
      throw new InputError(
        `${
          join(folder, name)
        }: Cannot merge results as a run's files must be as ${CHECKSUMS_FILE} has them: ` +
          `${basename(folder)} is not; make the run again`,
      );
    }
    await writeFileAtomic(join(target, name), bytes);
  }
  if (sums === null) return true; // as it came with a clone
  const missing = await findMissing(sums.keys(), target);
  if (missing !== undefined) {
    throw new InputError(
      `${
        join(folder, missing)
      }: Cannot merge results as a run's files must be as ${CHECKSUMS_FILE} has them: ` +
        "it is missing; make the run again",
    );
  }
  const list = await readBytes(join(folder, CHECKSUMS_FILE), "merge results");
  await writeFileAtomic(join(target, CHECKSUMS_FILE), list);
  return true;
}

async function findMissing(names: Iterable<string>, folder: string): Promise<string | undefined> {
  for (const name of names) if (!await doesExist(join(folder, name))) return name;
}
