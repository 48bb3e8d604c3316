/** Files appear whole or not at all: bytes go to a temporary file beside the target, which is then renamed over it. */

import { InputError } from "../errors.ts";

/**
 * Writes a file atomically: readers see the old file or the whole new one, whatever interrupts the write.
 *
 * The temporary file is `<path>.tmp-<pid>-<random>`, in the same folder as a rename must not cross file systems, and with
 * a random part as workers share the process id. It is flushed to the disk before the rename and removed if anything fails.
 *
 * @param path Its folder must exist.
 * @param content Text is written as UTF-8.
 * @throws {InputError} If the folder is missing, cannot be written, or the disk is full.
 */
export async function writeFileAtomic(path: string, content: Uint8Array | string): Promise<void> {
  const temporaryPath = `${path}.tmp-${Deno.pid}-${crypto.randomUUID().slice(0, 8)}`;
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  try {
    await writeFlushed(temporaryPath, bytes);
    await Deno.rename(temporaryPath, path);
  } catch (error) {
    await Deno.remove(temporaryPath).catch(() => {}); // never created, or as unwritable as the rest
    throw explainWriteError(error, path);
  }
}

/** What `writeFileAtomic` calls its temporary files. */
const TEMPORARY = /\.tmp-\d+-[0-9a-f]{8}$/;

/**
 * Removes what killed writers left in a folder. Only for who holds its lock: a file that is being written looks the same.
 *
 * @param of Only those of this file. @default all
 */
export async function removeTemporaryFiles(folder: string, of = ""): Promise<void> {
  for await (const { name } of Deno.readDir(folder)) {
    if (TEMPORARY.test(name) && name.startsWith(of)) {
      await Deno.remove(`${folder}/${name}`).catch(() => {}); // as unwritable as the rest: writing will say so
    }
  }
}

/**
 * Makes a folder and those above it; does nothing if it is there.
 *
 * @throws {InputError} If it cannot be made, in one line.
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await Deno.mkdir(path, { recursive: true });
  } catch (error) {
    throw explainWriteError(error, path);
  }
}

async function writeFlushed(path: string, bytes: Uint8Array): Promise<void> {
  using file = await Deno.open(path, { write: true, createNew: true });
  for (let offset = 0; offset < bytes.length;) {
    offset += await file.write(bytes.subarray(offset));
  }
  await file.sync();
}

/**
 * The one line for an error of writing that the user can mend; any other error as it came.
 *
 * @param path The file that was to be written.
 */
export function explainWriteError(error: unknown, path: string): unknown {
  const rule = findBrokenRule(error);
  return rule === null
    ? error
    : new InputError(`${path}: Cannot write file as ${rule}`, { cause: error });
}

function findBrokenRule(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const code = "code" in error ? error.code : undefined;
  if (error instanceof Deno.errors.NotCapable) {
    return "Deno must be permitted to: it is not";
  }
  if (error instanceof Deno.errors.PermissionDenied || code === "EACCES" || code === "EPERM") {
    return "its folder must be writable: it is not";
  }
  if (code === "EROFS" || error.message.includes("os error 30")) {
    return "its folder must be writable: it is on a read-only file system";
  }
  if (code === "ENOSPC" || code === "EDQUOT" || /os error (28|122)\b/.test(error.message)) {
    return "the disk must have room for it: it is full";
  }
  if (error instanceof Deno.errors.NotFound || code === "ENOENT") {
    return "its folder must exist: it does not";
  }
  const isFolder = error instanceof Deno.errors.IsADirectory || code === "EISDIR" ||
    code === "ENOTDIR";
  if (isFolder || error instanceof Deno.errors.NotADirectory) {
    return "its path must name a file in a folder: it does not";
  }
  if (error instanceof Deno.errors.AlreadyExists || code === "EEXIST") {
    return "its path must be free: another file is in the way";
  }
  return null;
}
