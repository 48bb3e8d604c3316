/** One process works in a run's folder at a time: the second waits, and knows for whom. */

import { join } from "@std/path";
import { InputError } from "../errors.ts";
import { explainWriteError } from "../file/atomic_write.ts";
import { isWithoutLocks } from "../file/file_lock.ts";

/** Name of the lock in the folder of a run; its text says who holds it. */
export const LOCK_FILE = "run.lock";

/** How a folder is locked. */
export interface RunLockOptions {
  /** Told who has the folder, before waiting for it. */
  readonly onWait: (holder: string) => void;
  /** Whether a file system without locks is an error: it need not be where one process alone is given the run. */
  readonly isRequired: boolean;
}

/**
 * Runs `action` while this process (and this thread of it) works in a folder.
 *
 * The operating system releases the lock, whatever happens to its holder. The file stays: removing it would let two holders
 * lock two files.
 *
 * @param folder Folder of a run; must exist.
 * @param action Told whether it had to wait: the run may be done by now.
 * @throws {InputError} If the lock file cannot be written, or locks are required and the file system has none.
 */
export async function withRunLock<T>(
  folder: string,
  { onWait, isRequired }: RunLockOptions,
  action: (hasWaited: boolean) => Promise<T>,
): Promise<T> {
  const path = join(folder, LOCK_FILE);
  using file = await openLock(path);
  const state = await tryLock(file, path);
  if (state === "unsupported" && isRequired) {
    throw new InputError(
      `${path}: Cannot work on run as the file system must have locks: it has none; ` +
        "pass --rows-per-run, and give each run to one process alone",
    );
  }
  if (state === "held") {
    onWait(await readHolder(path));
    await file.lock(true);
  }
  try {
    await writeHolder(file);
    return await action(state === "held");
  } finally {
    await file.truncate(0);
    if (state !== "unsupported") await file.unlock();
  }
}

/**
 * Takes a lock, if it is free.
 *
 * @returns Whether it is ours now, or held by another, or the file system knows no locks: NFS without its lock service.
 */
export async function tryLock(
  file: Pick<Deno.FsFile, "tryLock">,
  path: string,
): Promise<"ours" | "held" | "unsupported"> {
  try {
    return await file.tryLock(true) ? "ours" : "held";
  } catch (error) {
    if (isWithoutLocks(error)) return "unsupported";
    throw explainWriteError(error, path);
  }
}

/**
 * Who works in a folder of a run, as far as its lock tells: `null` if nobody does, or nobody can be told by it.
 */
export async function readLockHolder(folder: string): Promise<string | null> {
  const path = join(folder, LOCK_FILE);
  try {
    using file = await Deno.open(path); // to read: who only looks may not write here
    if (await file.tryLock(true)) return null;
    return await readHolder(path);
  } catch (error) {
    // NFS locks no file that is open to be read alone
    const isUnknown = isWithoutLocks(error) || /os error 9\b/.test((error as Error).message);
    if (isUnknown || error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** The text of a lock; Windows does not let others read a file that is locked. */
export async function readHolder(path: string): Promise<string> {
  return await Deno.readTextFile(path).catch(() => "") || "another process";
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
