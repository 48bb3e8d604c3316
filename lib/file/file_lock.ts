/** One writer at a time: an advisory lock that the operating system releases, whatever happens to its holder. */

import { explainWriteError } from "./atomic_write.ts";

/**
 * Runs `action` while this process (and this thread of it) holds the lock of `path`, the file `<path>.lock` beside it.
 *
 * Waits for other holders. The lock file is empty and stays: removing it would let two holders lock two files.
 *
 * @throws {InputError} If the lock file cannot be made, as its folder is read-only for example.
 */
export async function withFileLock<T>(path: string, action: () => Promise<T>): Promise<T> {
  using file = await openLock(path);
  await file.lock(true);
  try {
    return await action();
  } finally {
    await file.unlock();
  }
}

async function openLock(path: string): Promise<Deno.FsFile> {
  try {
    return await Deno.open(`${path}.lock`, { read: true, write: true, create: true });
  } catch (error) {
    throw explainWriteError(error, path);
  }
}
