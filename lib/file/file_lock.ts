/** One writer at a time: an advisory lock that the operating system releases, whatever happens to its holder. */

import { InputError } from "../errors.ts";
import { explainWriteError } from "./atomic_write.ts";

/**
 * Runs `action` while this process (and this thread of it) holds the lock of `path`, the file `<path>.lock` beside it.
 *
 * Waits for other holders. The lock file is empty and stays: removing it would let two holders lock two files.
 *
 * @throws {InputError} If the lock file cannot be made, as its folder is read-only for example, or the file system has no locks.
 */
export async function withFileLock<T>(path: string, action: () => Promise<T>): Promise<T> {
  using file = await openLock(path);
  await lockFile(file, path);
  try {
    return await action();
  } finally {
    await file.unlock();
  }
}

/** ENOLCK, ENOSYS, EOPNOTSUPP: NFS without its lock service, for example. */
export function isWithoutLocks(error: unknown): boolean {
  return error instanceof Deno.errors.NotSupported ||
    (error instanceof Error && /os error (37|38|95)\b/.test(error.message));
}

/**
 * Waits for a lock.
 *
 * @param path The file that is locked, for errors.
 * @throws {InputError} If the file system has no locks.
 */
export async function lockFile(file: Pick<Deno.FsFile, "lock">, path: string): Promise<void> {
  try {
    await file.lock(true);
  } catch (error) {
    if (!isWithoutLocks(error)) throw error;
    throw new InputError(
      `${path}: Cannot write file as its file system must have locks: it has none; ` +
        "bring its results to one that has, by `deno task results merge DIR`",
    );
  }
}

async function openLock(path: string): Promise<Deno.FsFile> {
  try {
    return await Deno.open(`${path}.lock`, { read: true, write: true, create: true });
  } catch (error) {
    throw explainWriteError(error, path);
  }
}
