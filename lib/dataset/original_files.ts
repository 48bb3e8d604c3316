/** The files that a dataset's lists name: whether all are there, and whether each one is a whole image. */

import { dirname } from "@std/path";
import { InputError } from "../errors.ts";
import { inspectImage } from "../file/image/inspect_image.ts";
import type { ManifestRow } from "./manifest.ts";
import { mapConcurrent } from "../map_concurrent.ts";
import type { OriginalImage } from "./original.ts";

/** Files looked up at a time. */
const STAT_LIMIT = 32;
/** Images in memory at a time. */
const DECODE_LIMIT = 8;
/** Folders named in an error about missing files. */
const NAMED_FOLDERS = 3;

/** What the file system says about a file. */
export interface FileState {
  readonly sizeBytes: number;
  /** The later of two times: of its content, and of its entry, where the system keeps one. */
  readonly changedMs: number;
}

/**
 * Looks a file up.
 *
 * @returns `null` if there is no such file.
 */
export async function readFileState(path: string): Promise<FileState | null> {
  try {
    const { isFile, size, mtime, ctime } = await Deno.stat(path);
    const changedMs = Math.max(mtime?.getTime() ?? 0, ctime?.getTime() ?? 0);
    return isFile ? { sizeBytes: size, changedMs } : null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return null;
    }
    throw error;
  }
}

/**
 * Looks every listed file up.
 *
 * @param remedy Ending of the error: how to get the files.
 * @returns In the order of `originals`.
 * @throws {InputError} If files are missing: the first one, how many, and from which folders.
 */
export async function findOriginalFiles(
  originals: readonly OriginalImage[],
  name: string,
  remedy: string,
): Promise<FileState[]> {
  const states = await mapConcurrent(
    originals,
    STAT_LIMIT,
    ({ sourcePath }) => readFileState(sourcePath),
  );
  const missing = originals.filter((_, i) => states[i] === null);
  const first = missing[0];
  if (!first) return states as FileState[];
  throw new InputError(
    `${first.listedAt}: Cannot convert ${name} as every listed image must exist: ` +
      `${missing.length} of ${originals.length} are missing: ${describeFolders(missing)}; ` +
      `the first is ${first.sourcePath}${await describeLink(
        first.sourcePath,
      )}; is the archive unpacked to its end? ${remedy}`,
  );
}

/** What a link that leads nowhere links to; "" for what is no link. */
async function describeLink(path: string): Promise<string> {
  const target = await Deno.readLink(path).catch(() => null);
  return target === null ? "" : `, a link to ${target}, which does not exist`;
}

function describeFolders(missing: readonly OriginalImage[]): string {
  const byFolder = Map.groupBy(missing, ({ sourcePath }) => dirname(sourcePath));
  const named = [...byFolder].slice(0, NAMED_FOLDERS)
    .map(([folder, images]) => `${images.length} of ${folder}`);
  const restCount = byFolder.size - named.length;
  return named.join(", ") + (restCount > 0 ? ` and those of ${restCount} more folders` : "");
}

/**
 * Decodes and hashes every image.
 *
 * @param onImage Called after each.
 * @returns Rows in the order of `originals`.
 * @throws {InputError} That of the first image which is damaged or none, with the number of further ones.
 */
export async function inspectOriginals(
  originals: readonly OriginalImage[],
  onImage: () => void,
): Promise<ManifestRow[]> {
  const damaged = new Map<number, InputError>();
  const rows = await mapConcurrent(originals, DECODE_LIMIT, async (original, i) => {
    const { sourcePath, imagePath, classId, split } = original;
    try {
      return { split, classId, imagePath, ...await inspectImage(sourcePath) };
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      damaged.set(i, error);
      return null;
    } finally {
      onImage();
    }
  });
  if (damaged.size === 0) return rows as ManifestRow[];
  const [, first] = [...damaged].reduce((a, b) => a[0] < b[0] ? a : b);
  const further = damaged.size - 1;
  throw further === 0
    ? first
    : new InputError(`${first.message} (and ${further} more image${further === 1 ? "" : "s"})`);
}
