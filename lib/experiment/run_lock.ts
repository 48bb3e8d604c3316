/** One process works in a run's folder at a time: the second waits, and knows for whom. */

import { join } from "@std/path";
import { explainWriteError } from "../file/atomic_write.ts";

const LOCK_FILE = "run.lock";

/**
 * Runs `action` while this process (and this thread of it) works in a folder.
 *
 * The operating system releases the lock, whatever happens to its holder. The file stays: removing it would let two holders
 * lock two files.
 *
 * @param folder Folder of a run; must exist.
 * @param onWait Told who has the folder, before waiting for it.
 * @param action Told whether it had to wait: the run may be done by now.
 * @throws {InputError} If the lock file cannot be written.
 */
export async function withRunLock<T>(
  folder: string,
  onWait: (holder: string) => void,
  action: (hasWaited: boolean) => Promise<T>,
): Promise<T> {
  const path = join(folder, LOCK_FILE);
  using file = await openLock(path);
  const isFree = await file.tryLock(true);
  if (!isFree) {
    onWait((await Deno.readTextFile(path)) || "another process");
    await file.lock(true);
  }
  try {
    await writeHolder(file);
    return await action(!isFree);
  } finally {
    await file.truncate(0);
    await file.unlock();
  }
}

async function openLock(path: string): Promise<Deno.FsFile> {
  try {
    return await Deno.open(path, { read: true, write: true, create: true });
  } catch (error) {
    throw explainWriteError(error, path);
  }
}

async function writeHolder(file: Deno.FsFile): Promise<void> {
  const text = `process ${Deno.pid} on ${readHostName()} since ${new Date().toISOString()}`;
  await file.truncate(0);
  await file.seek(0, Deno.SeekMode.Start);
  await file.write(new TextEncoder().encode(text));
}

function readHostName(): string {
  try {
    return Deno.hostname();
  } catch {
    return "this machine"; // no permission to ask
  }
}
