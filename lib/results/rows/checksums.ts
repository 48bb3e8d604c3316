/** `SHA256SUMS` of a run: what its files must be. A run is done when they are all there and as stored. */

import { join } from "@std/path";
import { InputError } from "../../errors.ts";
import { writeFileAtomic } from "../../file/atomic_write.ts";
import { compareText } from "../../file/compare_text.ts";
import { doesExist } from "../../file/does_exist.ts";
import { hashFile } from "../../file/hash.ts";
import { readTextIfThere } from "../../file/read_file.ts";

/** Written by `sha256sum`'s rules, so that `sha256sum -c` reads it. */
export const CHECKSUMS_FILE = "SHA256SUMS";

/** Files of a run that are no part of what it reports. */
const PASSING = /^(SHA256SUMS|rows\.csv|failure\.txt|.*\.lock|checkpoint.*|.*\.tmp-.*|\..*)$/;

/** Whether a file of a run's folder, by its name, is no part of what the run reports. */
export function isPassing(name: string): boolean {
  return PASSING.test(name);
}

/**
 * Hashes the files of a finished run and stores what they are.
 *
 * @param known Hashes of files that were computed as they were written; they must still be those.
 * @throws {InputError} If a file is no longer what was written.
 */
export async function storeChecksums(
  folder: string,
  known: Readonly<Record<string, string>>,
): Promise<void> {
  const names: string[] = [];
  for await (const { name, isFile } of Deno.readDir(folder)) {
    if (isFile && !isPassing(name)) names.push(name);
  }
  const hashes = new Map<string, string>();
  for (const name of names.toSorted(compareText)) {
    hashes.set(name, await hashFile(join(folder, name), "store run"));
  }
  for (const [name, hash] of Object.entries(known)) {
    const problem = describeChange(hashes.get(name), hash);
    if (problem) throw changed(folder, name, problem);
  }
  const text = Array.from(hashes, ([name, hash]) => `${hash}  ${name}\n`).join("");
  await writeFileAtomic(join(folder, CHECKSUMS_FILE), text);
}

/**
 * Checks files that a run has made against their hashes.
 *
 * @throws {InputError} Naming the first that is missing or another.
 */
export async function checkArtifacts(
  folder: string,
  artifacts: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [name, hash] of Object.entries(artifacts)) {
    const problem = describeChange(await hashIfThere(join(folder, name)), hash);
    if (problem) throw changed(folder, name, problem);
  }
}

/** What is wrong with the files of a run. */
export type RunState =
  /** Nothing. */
  | { readonly kind: "whole" }
  /** There is no list: the run is unfinished, or its files were not brought along. */
  | { readonly kind: "absent" }
  /** One line: which file, and what it is. */
  | { readonly kind: "damaged"; readonly problem: string };

/**
 * Compares the files of a run with their list.
 *
 * @param required Names that the list must have.
 */
export async function examineRun(
  folder: string,
  required: readonly string[],
): Promise<RunState> {
  const sums = await readChecksums(folder);
  if (sums === null) return { kind: "absent" };
  const unlisted = required.find((name) => !sums.has(name));
  if (unlisted) {
    const path = join(folder, CHECKSUMS_FILE);
    return { kind: "damaged", problem: `${path}: ${unlisted} must be listed: it is not` };
  }
  for (const [name, hash] of sums) {
    const path = join(folder, name);
    const problem = describeChange(await hashIfThere(path), hash);
    if (problem) return { kind: "damaged", problem: `${path}: ${problem}` };
  }
  return { kind: "whole" };
}

/**
 * Looks at some files of a run alone, for who reads no others: those that are there, where there is a list.
 *
 * @param names Files that were read before the list is: a run that begins again removes it first.
 * @returns The first that is another than its list says; `null` if there is none.
 */
export async function findChangedFile(
  folder: string,
  names: readonly string[],
): Promise<{ readonly path: string; readonly problem: string } | null> {
  const sums = await readChecksums(folder);
  for (const name of names) {
    const [path, stored] = [join(folder, name), sums?.get(name)];
    const actual = stored === undefined ? undefined : await hashIfThere(path);
    const problem = actual === undefined ? null : describeChange(actual, stored!);
    if (problem !== null) return { path, problem };
  }
  return null;
}

/**
 * Reads the list of a run's folder.
 *
 * @returns SHA-256 by file name, or `null` if there is no list. A line that is none is kept out, so its file counts as unlisted.
 */
export async function readChecksums(folder: string): Promise<Map<string, string> | null> {
  const text = await readTextIfThere(join(folder, CHECKSUMS_FILE), "check run");
  const lines = text?.matchAll(/^([0-9a-f]{64}) {2}([\w.-]+)$/gm);
  return lines ? new Map(lines.map(([, hash, name]) => [name!, hash!])) : null;
}

async function hashIfThere(path: string): Promise<string | undefined> {
  return await doesExist(path) ? await hashFile(path, "check run") : undefined;
}

function describeChange(actual: string | undefined, stored: string): string | null {
  if (actual === stored) return null;
  return actual === undefined ? "it is missing" : `its SHA-256 must be ${stored}: it is ${actual}`;
}

function changed(folder: string, name: string, problem: string): InputError {
  return new InputError(
    `${
      join(folder, name)
    }: Cannot go on with the run as the file must be as it was written: ${problem}; ` +
      `remove ${folder} to start the run again`,
  );
}
