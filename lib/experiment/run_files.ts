/** What lies in the folder of a run: a checkpoint while it goes on, its outcome afterwards. */

import { join } from "@std/path";
import { CHECKSUMS_FILE } from "../results/rows/checksums.ts";
import { doesExist } from "../file/does_exist.ts";
import { removeIfThere } from "../file/remove_if_there.ts";

const CHECKPOINT = /^checkpoint/;
/** Everything that a finished run leaves, and nothing that others put beside it. */
const OUTCOME =
  /^(SHA256SUMS|rows\.csv|config\.json|epochs\.csv|neighbors\.svg|\w+\.safetensors|\w+\.queries\.npy)$/;

/** Whether a run can go on. */
export function hasCheckpoint(folder: string): Promise<boolean> {
  return doesExist(join(folder, "checkpoint.json"));
}

/** Removes the checkpoint: with the rows stored, optimizer state and positions are no longer needed. */
export async function removeCheckpoint(folder: string): Promise<void> {
  await removeFiles(folder, CHECKPOINT);
}

/** Removes the outcome of an earlier execution, so that nothing of it is taken for the next one's; first what it is known by. */
export async function removeOutcome(folder: string): Promise<void> {
  await removeIfThere(join(folder, CHECKSUMS_FILE));
  await removeFiles(folder, OUTCOME);
}

async function removeFiles(folder: string, names: RegExp): Promise<void> {
  for await (const { name } of Deno.readDir(folder)) {
    if (names.test(name)) await removeIfThere(join(folder, name));
  }
}
