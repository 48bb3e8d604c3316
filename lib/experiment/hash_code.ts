/** What the code of this program is: the sources that decide a run's numbers, in one hash. */

import { fromFileUrl, join } from "@std/path";
import { compareText } from "../file/compare_text.ts";
import { hashBytes } from "../file/hash.ts";

/** Folders below `lib` that a number of a run passes through, and those beside them that only show or bring it. */
const DECIDING = [
  "backend",
  "dataset",
  "eval",
  "file",
  "image",
  "loss",
  "model",
  "optim",
  "sampling",
  "train",
] as const;

let known: Promise<string> | undefined;

/**
 * SHA-256 (hexadecimal) of the sources that decide numbers and of the lock file, which fixes the packages; computed once.
 *
 * A commit says less: a checkout may hold changes that are in none. From a registry there are no files; the address, with
 * its version, stands for them then.
 */
export function hashCode(): Promise<string> {
  return known ??= computeHash(new URL("../..", import.meta.url));
}

async function computeHash(root: URL): Promise<string> {
  if (root.protocol !== "file:") return hashBytes(root.href);
  const folder = fromFileUrl(root);
  const paths = (await Promise.all(
    DECIDING.map((name) => listSources(join(folder, "lib", name), `lib/${name}`)),
  )).flat();
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
