/** What the code of this program is: the sources that decide the numbers of a run, in one hash. */

import { fromFileUrl, join } from "@std/path";
import { compareText } from "../file/compare_text.ts";
import { hashBytes } from "../file/hash.ts";

/** Folders of `lib` that only bring or show what runs compute. Whatever else is there, also what will be, decides numbers. */
const APART: readonly string[] = [
  "cluster",
  "doctor",
  "log",
  "miniature",
  "report",
  "results",
  "setup",
];

let known: Promise<string> | undefined;

/**
 * SHA-256 (hexadecimal) of the sources that decide numbers and of the lock file, which fixes the packages; computed once.
 *
 * A commit says less: a checkout may hold changes that are in none. From a registry there are no files; the address, with
 * its version, stands for them then.
 */
export function hashCode(): Promise<string> {
  return known ??= hashSources(new URL("../..", import.meta.url));
}

/** The same of any checkout. */
export async function hashSources(root: URL): Promise<string> {
  if (root.protocol !== "file:") return hashBytes(root.href);
  const folder = fromFileUrl(root);
  const all = await listSources(join(folder, "lib"), "lib");
  const paths = all.filter((path) => !APART.includes(path.split("/")[1]!));
  const lines = await Promise.all(
    ["deno.lock", ...paths].toSorted(compareText).map(async (path) =>
      `${hashBytes(await Deno.readFile(join(folder, path)))}  ${path}\n`
    ),
  );
  return hashBytes(lines.join(""));
}

async function listSources(folder: string, name: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    const path = `${name}/${entry.name}`;
    if (entry.isDirectory) paths.push(...await listSources(join(folder, entry.name), path));
    else if (/\.(ts|wasm)$/.test(entry.name)) paths.push(path);
  }
  return paths;
}
