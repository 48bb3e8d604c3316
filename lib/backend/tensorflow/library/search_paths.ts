/** Folders that may have a libtensorflow on this machine. */

import { createRequire } from "node:module";
import { delimiter } from "node:path";
import { dirname, fromFileUrl, join } from "@std/path";

/** Names a library or its folder. */
export const LIBRARY_VARIABLE = "PROXYAN_TENSORFLOW_LIB";
/** Names the folder in which `deno task setup` keeps what it fetches. */
export const CACHE_VARIABLE = "PROXYAN_CACHE";

/** Folders by kind of place; see `findLibrary` for their order. */
export interface SearchPaths {
  /** Value of `PROXYAN_TENSORFLOW_LIB`. */
  readonly option?: string | undefined;
  readonly cache: readonly string[];
  readonly package: readonly string[];
  readonly python: readonly string[];
  readonly system: readonly string[];
}

/** The folder of `deno task setup`: `tensorflow` in `PROXYAN_CACHE`, or in `.cache` of the workspace. */
export function cacheFolder(): string {
  const root = readVariable(CACHE_VARIABLE);
  if (root) return join(root, "tensorflow");
  const here = new URL("../../../../.cache/tensorflow", import.meta.url);
  return here.protocol === "file:" ? fromFileUrl(here) : join(".cache", "tensorflow");
}

/** Folders of libraries in the cache, the CUDA build first. */
export function cachedFolders(folder: string): string[] {
  return [join(folder, "gpu", "tensorflow"), join(folder, "cpu", "tensorflow"), folder];
}

/** The folders of this machine. */
export async function listSearchPaths(): Promise<SearchPaths> {
  return {
    option: readVariable(LIBRARY_VARIABLE),
    cache: cachedFolders(cacheFolder()),
    package: packageFolders(),
    python: await listPythonFolders(readVariable("PATH") ?? "", readVariable("HOME")),
    system: systemFolders(),
  };
}

function readVariable(name: string): string | undefined {
  try {
    return Deno.env.get(name) || undefined;
  } catch {
    return undefined; // no permission: as if it were not set
  }
}

function packageFolders(): string[] {
  try {
    const path = createRequire(import.meta.url).resolve("@tensorflow/tfjs-node-gpu/package.json");
    return [join(dirname(path), "deps", "lib")];
  } catch {
    return [];
  }
}

function systemFolders(): string[] {
  if (Deno.build.os === "windows") return [];
  const named = readVariable("LD_LIBRARY_PATH")?.split(delimiter).filter((path) => path !== "");
  const shared = ["/usr/local/lib", "/usr/lib", "/usr/lib64", "/opt/homebrew/lib"];
  return [...named ?? [], ...shared, `/usr/lib/${Deno.build.arch}-linux-gnu`];
}

/**
 * Folders of the package `tensorflow` of each Python on a PATH, without running Python: the site-packages that belong to its
 * prefix, those of pyenv's versions where the PATH has pyenv's shims, and those of the user.
 *
 * @param path Value of the variable PATH.
 * @param home The user's folder.
 */
export async function listPythonFolders(path: string, home?: string): Promise<string[]> {
  const folders: string[] = [];
  for (const folder of new Set(path.split(delimiter).filter((entry) => entry !== ""))) {
    const names = await listNames(folder);
    if (!names.some((name) => /^python3?(\.exe)?$/.test(name))) continue;
    const root = dirname(folder);
    const versions = folder.endsWith("shims") ? await listNames(join(root, "versions")) : [];
    const prefixes = [root, ...versions.map((version) => join(root, "versions", version))];
    for (const prefix of prefixes) folders.push(...await listSitePackages(prefix));
  }
  if (home !== undefined) folders.push(...await listSitePackages(join(home, ".local")));
  return [...new Set(folders)].map((folder) => join(folder, "tensorflow"));
}

async function listSitePackages(prefix: string): Promise<string[]> {
  if (Deno.build.os === "windows") return [join(prefix, "Lib", "site-packages")];
  const versions = (await listNames(join(prefix, "lib"))).filter((name) => /^python3/.test(name));
  const candidates = versions.toSorted().toReversed().flatMap((version) => [
    join(prefix, "lib", version, "site-packages"),
    join(prefix, "lib", version, "dist-packages"), // Debian's
  ]);
  const exist = await Promise.all(
    candidates.map(async (path) => (await listNames(path)).length > 0),
  );
  return candidates.filter((_, i) => exist[i]);
}

/** Names in a folder; none if it is not there or Deno may not look. */
async function listNames(folder: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).toSorted();
  } catch {
    return [];
  }
}
