/** Files that are read whole, and the one line for those that cannot be. */

import { InputError } from "../errors.ts";

/**
 * Reads a file.
 *
 * @param action What for, for errors, such as `read weights`.
 * @throws {InputError} If it does not exist, is no regular file, or must not be read.
 */
export async function readBytes(path: string, action: string): Promise<Uint8Array<ArrayBuffer>> {
  await requireRegularFile(path, action);
  try {
    return await Deno.readFile(path);
  } catch (error) {
    throw explainReadError(error, path, action);
  }
}

/**
 * The same, where a missing file is no error.
 *
 * @returns `null` if there is no such file; a link that leads nowhere is an error.
 */
export async function readBytesIfThere(
  path: string,
  action: string,
): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    await Deno.lstat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw explainReadError(error, path, action);
  }
  return await readBytes(path, action);
}

/** The same, as text: UTF-8, a byte-order mark left out. */
export async function readTextIfThere(path: string, action: string): Promise<string | null> {
  const bytes = await readBytesIfThere(path, action);
  return bytes && new TextDecoder().decode(bytes);
}

/**
 * Refuses whatever is no regular file, before it is opened: a pipe would be waited for, a device might never end.
 *
 * @throws {InputError} If there is no such file, or it is something else.
 */
export async function requireRegularFile(path: string, action: string): Promise<void> {
  try {
    checkIsFile(await Deno.stat(path), path, action);
  } catch (error) {
    throw explainReadError(error, path, action);
  }
}

/**
 * Throws unless a path names a regular file.
 *
 * @throws {InputError} That says what it is instead.
 */
export function checkIsFile(info: Deno.FileInfo, path: string, action: string): void {
  if (info.isFile) return;
  throw new InputError(
    `${path}: Cannot ${action} as it must be a file: it is ${
      info.isDirectory ? "a folder" : "a pipe or a device"
    }`,
  );
}

/**
 * The one line for an error of reading that the user can mend; any other error as it came.
 *
 * @param action What was attempted, such as `read weights`.
 */
export function explainReadError(error: unknown, path: string, action: string): unknown {
  const rule = findBrokenRule(error, path);
  return rule === null
    ? error
    : new InputError(`${path}: Cannot ${action} as ${rule}`, { cause: error });
}

function findBrokenRule(error: unknown, path: string): string | null {
  if (!(error instanceof Error)) return null;
  const code = "code" in error ? error.code : undefined;
  if (error instanceof Deno.errors.NotFound) return `the file must exist: ${explainMissing(path)}`;
  if (error instanceof Deno.errors.NotCapable) {
    return "Deno must be permitted to read it: it is not";
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return "the file must be readable: it is not";
  }
  if (error instanceof Deno.errors.NotADirectory || code === "ENOTDIR") {
    return "its path must lead through folders: it does not";
  }
  if (error instanceof Deno.errors.IsADirectory || code === "EISDIR") {
    return "it must be a file: it is a folder";
  }
  if (code === "ENAMETOOLONG" || error.message.includes("os error 36")) {
    return "its name must be short enough for the file system: it is not";
  }
  if (error instanceof Deno.errors.FilesystemLoop || code === "ELOOP") {
    return "its links must lead to a file: they lead in a circle";
  }
  if (code === "EIO" || error.message.includes("os error 5)")) {
    return "its disk must be readable: it reports an error";
  }
  return null;
}

function explainMissing(path: string): string {
  if (path.includes("\ufffd")) {
    return "it does not under this name, whose bytes are no UTF-8; rename it";
  }
  try {
    return `it is a link to ${Deno.readLinkSync(path)}, which does not`;
  } catch {
    return "it does not"; // no link, or one that must not be read
  }
}
