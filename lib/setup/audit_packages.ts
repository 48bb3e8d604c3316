/** What is known against the packages of a lock file, asked of the npm registry, and which of them nothing here loads. */

import { InputError } from "../errors.ts";
import { compareText } from "../file/compare_text.ts";

/** A package and one of its versions. */
export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  /** Whether a program of this workspace can load it. */
  readonly isLoaded: boolean;
}

/** A published weakness of a package. */
export interface Advisory {
  readonly packageName: string;
  readonly severity: string;
  readonly title: string;
  readonly url: string;
  /** Range of versions that have it. */
  readonly versions: string;
}

interface LockFile {
  readonly specifiers: Readonly<Record<string, string>>;
  readonly npm: Readonly<
    Record<
      string,
      {
        readonly dependencies?: readonly string[];
        readonly optionalDependencies?: readonly string[];
      }
    >
  >;
}

/**
 * `@tensorflow/tfjs-node-gpu` is loaded by two of its files, which need tfjs alone; what its installer and its main file need
 * comes along, and nothing loads it.
 */
const PARTLY_LOADED: Readonly<Record<string, readonly string[]>> = {
  "@tensorflow/tfjs-node-gpu": ["@tensorflow/tfjs"],
};
const ADVISORIES_URL = "https://registry.npmjs.org/-/npm/v1/security/advisories/bulk";

/**
 * Lists the packages of a lock file, sorted by name and version.
 *
 * @param text `deno.lock`, format 5.
 * @throws {InputError} If it is no such file.
 */
export function listLockedPackages(text: string, path: string): LockedPackage[] {
  const lock = parseLock(text, path);
  const roots = Object.entries(lock.specifiers).filter(([name]) => name.startsWith("npm:"))
    .map(([name, version]) =>
      `${name.slice("npm:".length).replace(/(?<=.)@[^@]*$/, "")}@${version}`
    );
  const loaded = new Set<string>();
  const visit = (key: string) => {
    if (loaded.has(key)) return;
    loaded.add(key);
    const { dependencies = [], optionalDependencies = [] } = lock.npm[key]!;
    const followed = PARTLY_LOADED[nameOf(key)];
    for (const dependency of [...dependencies, ...optionalDependencies]) {
      const isFollowed = !followed || followed.includes(nameOf(dependency));
      if (isFollowed) keysOf(lock, dependency).forEach(visit);
    }
  };
  roots.forEach((root) => keysOf(lock, root).forEach(visit));
  const packages = new Map<string, LockedPackage>();
  for (const key of Object.keys(lock.npm)) {
    const [name, version] = [nameOf(key), versionOf(key)];
    const isLoaded = loaded.has(key) || packages.get(`${name}@${version}`)?.isLoaded === true;
    packages.set(`${name}@${version}`, { name, version, isLoaded });
  }
  return [...packages.values()].toSorted((a, b) =>
    compareText(a.name, b.name) || compareText(a.version, b.version)
  );
}

/**
 * Asks the registry what is known against packages.
 *
 * @returns `null` if the registry does not answer: nothing is known then, for better or worse.
 */
export async function fetchAdvisories(
  packages: readonly LockedPackage[],
  fetchUrl: typeof fetch = fetch,
): Promise<Advisory[] | null> {
  const versions: Record<string, string[]> = {};
  for (const { name, version } of packages) (versions[name] ??= []).push(version);
  let found: Record<string, readonly Record<string, unknown>[]>;
  try {
    const response = await fetchUrl(ADVISORIES_URL, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(versions),
    });
    if (!response.ok) return void await response.body?.cancel(), null;
    found = await response.json();
  } catch {
    return null;
  }
  return Object.entries(found).flatMap(([packageName, advisories]) =>
    advisories.map((advisory) => ({
      packageName,
      severity: String(advisory.severity),
      title: String(advisory.title),
      url: String(advisory.url),
      versions: String(advisory.vulnerable_versions),
    }))
  );
}

function parseLock(text: string, path: string): LockFile {
  const fail = (value: string): never => {
    throw new InputError(
      `${path}: Cannot list packages as it must be a lock file of Deno, version 5: it is ${value}`,
    );
  };
  let lock: { version?: unknown } & Partial<LockFile>;
  try {
    lock = Object(JSON.parse(text));
  } catch {
    return fail("no JSON");
  }
  if (lock.version !== "5" || !lock.npm || !lock.specifiers) {
    return fail(`of version ${lock.version}`);
  }
  return lock as LockFile;
}

/** Entries for a dependency: its version is left out where there is but one, peers stand behind `_`. */
function keysOf({ npm }: LockFile, dependency: string): string[] {
  if (Object.hasOwn(npm, dependency)) return [dependency];
  const [name, version] = [nameOf(dependency), versionOf(dependency)];
  return Object.keys(npm).filter((key) =>
    nameOf(key) === name && (version === "" || versionOf(key) === version)
  );
}

function nameOf(key: string): string {
  return key.match(/^@?[^@]+/)![0];
}

function versionOf(key: string): string {
  return key.slice(nameOf(key).length).replace(/^@/, "").replace(/_.*$/, "");
}
