/** Finds libtensorflow: which places are searched, in which order, and what each of them has. */

import { dirname, join, resolve } from "@std/path";
import { InputError } from "../../../errors.ts";
import { inspectLibrary, type LibraryFiles, libraryNames } from "./library_files.ts";
import { listSearchPaths, type SearchPaths } from "./search_paths.ts";

/** Kinds of places, in the order of the search. */
export const SEARCH_PLACES = ["option", "cache", "package", "python", "system"] as const;
/** One kind of place. */
export type SearchPlace = typeof SEARCH_PLACES[number];

/** What one place of the search has. */
export interface SearchStep {
  readonly place: SearchPlace;
  /** Folder or file that was looked at, or folders that may not be; null where there was nothing to tell of any. */
  readonly path: string | null;
  /** The library, or null. */
  readonly files: LibraryFiles | null;
  /** One line, such as `no libtensorflow_cc.so.2` or `it is for aarch64, and this machine is x86_64`. */
  readonly explanation: string;
}

/** What to search for. */
export interface FindLibraryOptions {
  /** A library or its folder; takes the place of the environment variable. */
  readonly libraryPath?: string | undefined;
  /** Where to look. @default this machine's */
  readonly paths?: SearchPaths;
}

/** Result of {@linkcode findLibrary}. */
export interface FoundLibrary {
  /** The first library; null if no place has any. */
  readonly files: LibraryFiles | null;
  /** Every place, in order. Only the option, if there is one: it is not replaced by another library. */
  readonly steps: readonly SearchStep[];
}

/**
 * Searches for libtensorflow: the option or `PROXYAN_TENSORFLOW_LIB`, the cache of `deno task setup`, the folder `deps/lib` of
 * `@tensorflow/tfjs-node-gpu`, the TensorFlow of the Python on the PATH, the system's folders.
 *
 * Files are only looked at, not opened: a library that is too old is found here and refused by `openCApi`.
 *
 * @throws {InputError} If the option names no library for this machine.
 */
export async function findLibrary(options: FindLibraryOptions = {}): Promise<FoundLibrary> {
  const paths = options.paths ?? await listSearchPaths();
  const named = options.libraryPath ?? paths.option;
  if (named !== undefined) {
    const step = await lookAt("option", resolve(named));
    if (step.files === null) {
      throw new InputError(
        `${named}: Cannot use library as it must be a libtensorflow or its folder: ${step.explanation}`,
      );
    }
    return { files: step.files, steps: [step] };
  }
  const steps: SearchStep[] = [];
  for (const place of SEARCH_PLACES) {
    if (place !== "option") steps.push(...await lookAtAll(place, paths[place]));
  }
  return { files: steps.find(({ files }) => files !== null)?.files ?? null, steps };
}

/** The folders that have something to tell; one step without a path where there is none. */
async function lookAtAll(place: SearchPlace, folders: readonly string[]): Promise<SearchStep[]> {
  const steps = await Promise.all(folders.map((folder) => lookAt(place, folder)));
  const forbidden = steps.filter(({ explanation }) => explanation === FORBIDDEN);
  const telling = steps.filter(({ explanation }) =>
    explanation !== NOTHING && explanation !== FORBIDDEN
  );
  if (telling.length > 0) return telling;
  if (forbidden.length > 0) {
    const path = forbidden.map(({ path }) => path).join(",");
    const explanation = `${FORBIDDEN}: pass --allow-read=${path}`;
    return [{ place, path, files: null, explanation }];
  }
  const [first, ...others] = folders;
  const where = others.length > 3 ? `${first} and ${others.length} others` : folders.join(", ");
  const explanation = first === undefined ? "no place that Deno may look at" : `none in ${where}`;
  return [{ place, path: null, files: null, explanation }];
}

const FORBIDDEN = "Deno may not look there";
const NOTHING = "it has no libtensorflow";

async function lookAt(place: SearchPlace, path: string): Promise<SearchStep> {
  const step = { place, path, files: null };
  try {
    const isFolder = (await Deno.stat(path)).isDirectory;
    const files = isFolder ? await filesInFolder(path) : await filesBeside(path);
    if (typeof files === "string") return { ...step, explanation: files };
    const flaw = await inspectLibrary(files.libraryPath) ??
      (files.frameworkPath && await inspectLibrary(files.frameworkPath));
    return flaw ? { ...step, explanation: flaw } : { ...step, files, explanation: "found" };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      return { ...step, explanation: place === "option" ? "it does not exist" : NOTHING };
    }
    if (error instanceof Deno.errors.NotCapable) return explainForbidden(place, path);
    return { ...step, explanation: error instanceof Error ? error.message : String(error) };
  }
}

async function filesInFolder(folder: string): Promise<LibraryFiles | string> {
  const { library, framework } = libraryNames();
  const libraryPath = await findFile(folder, library);
  if (libraryPath === null) return NOTHING;
  return withFramework(libraryPath, await findFile(folder, framework));
}

async function filesBeside(libraryPath: string): Promise<LibraryFiles | string> {
  return withFramework(libraryPath, await findFile(dirname(libraryPath), libraryNames().framework));
}

function withFramework(libraryPath: string, frameworkPath: string | null): LibraryFiles | string {
  const [needed] = libraryNames().framework;
  if (frameworkPath === null && needed !== undefined) return `it lacks ${needed} beside it`;
  return { libraryPath, frameworkPath };
}

async function findFile(folder: string, names: readonly string[]): Promise<string | null> {
  for (const name of names) {
    const path = join(folder, name);
    try {
      await Deno.stat(path);
      return path;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return null;
}

/** What is named is tried unseen, as opening a library needs no permission to read; anything else is passed over. */
function explainForbidden(place: SearchPlace, path: string): SearchStep {
  if (place !== "option") return { place, path, files: null, explanation: FORBIDDEN };
  const { library, framework } = libraryNames();
  const isFile = /\.(so(\.\d+)*|dylib|dll)$/.test(path);
  const folder = isFile ? dirname(path) : path;
  const libraryPath = isFile ? path : join(folder, library[0]!);
  const frameworkPath = framework[0] === undefined ? null : join(folder, framework[0]);
  return { place, path, files: { libraryPath, frameworkPath }, explanation: FORBIDDEN };
}
