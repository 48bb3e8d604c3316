/** What the file system says about files, without reading them. */

import { answerMany } from "./answer_many.ts";
import { explainReadError } from "./read_file.ts";

/** A regular file, as it is now. */
export interface FileState {
  readonly sizeBytes: number;
  /** Time of its content; a copy may keep it, and anybody may set it. */
  readonly modifiedMs: number;
  /** The later of that and the time of its entry, which nobody can set, where the system keeps one. */
  readonly changedMs: number;
  /** Number of the file in its file system; 0 where there are none. */
  readonly inode: number;
  /** Number of the file system; 0 where there are none. */
  readonly device: number;
}

/**
 * Looks a file up; links are followed.
 *
 * @returns `null` if there is no such file.
 * @throws {InputError} If it cannot be told: a folder that must not be read, links in a circle.
 */
export async function readFileState(path: string): Promise<FileState | null> {
  return describe(await Deno.stat(path).catch((error) => nullIfMissing(error, path)));
}

/**
 * Looks many files up.
 *
 * @returns In the order of `paths`; `null` where there is no such file.
 */
export async function readFileStates(paths: readonly string[]): Promise<(FileState | null)[]> {
  return await answerMany(paths, { askNow: readFileStateNow, ask: readFileState, limit: 32 });
}

/** Whether two paths that were looked up are one file, as hard links are. */
export function isSameFileState(a: FileState, b: FileState): boolean {
  return a.inode !== 0 && a.inode === b.inode && a.device === b.device;
}

/** The same as {@linkcode readFileState}, in place. */
export function readFileStateNow(path: string): FileState | null {
  try {
    return describe(Deno.statSync(path));
  } catch (error) {
    return nullIfMissing(error, path);
  }
}

function nullIfMissing(error: unknown, path: string): null {
  if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
    return null;
  }
  throw explainReadError(error, path, "look up file");
}

function describe(info: Deno.FileInfo | null): FileState | null {
  if (!info?.isFile) return null;
  const modifiedMs = info.mtime?.getTime() ?? 0;
  return {
    sizeBytes: info.size,
    modifiedMs,
    changedMs: Math.max(modifiedMs, info.ctime?.getTime() ?? 0),
    inode: info.ino ?? 0,
    device: info.dev,
  };
}
