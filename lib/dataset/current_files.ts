/** Whether files are what a manifest says of them: by what is known of their contents, else by reading them. */

import type { FileState } from "../file/file_state.ts";
import { hashFile } from "../file/hash.ts";
import { examineFiles } from "../file/image/examine_files.ts";
import type { KnownContents } from "../file/known_contents.ts";

/** A file that was looked up, and the hash that it is to have. */
export interface ExpectedFile {
  readonly path: string;
  readonly state: FileState;
  /** Of the manifest, hexadecimal. */
  readonly sha256: string;
}

/** What comparing needs. */
export interface CompareOptions {
  /** What is known; what is read is added. */
  readonly known: KnownContents;
  /** Told of the files read so far, and of how many are to be read. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Finds the first file that has other content than its manifest says.
 *
 * @returns `null` if there is none.
 * @throws {InputError} If a file cannot be read.
 */
export async function findOtherContent(
  files: readonly ExpectedFile[],
  { known, onProgress }: CompareOptions,
): Promise<ExpectedFile | null> {
  const hashes = files.map(({ path, state }) => known.find(path, state));
  const unknown = [...files.keys()].filter((i) => hashes[i] === null);
  let done = 0;
  const contents = await examineFiles(unknown.map((i) => files[i]!.path), {
    shouldWalk: false,
    onFiles: (part) => onProgress?.(done += part.length, unknown.length),
  });
  for (const [k, i] of unknown.entries()) {
    const { path } = files[i]!;
    const content = contents[k];
    hashes[i] = content?.sha256 ?? await hashFile(path);
    if (content) known.add(path, content);
  }
  return files.find(({ sha256 }, i) => hashes[i] !== sha256) ?? null;
}
