/** Opens libtensorflow: its C API, checked for version and machine. */

import { InputError } from "../../../errors.ts";
import { type CSymbols, SYMBOLS } from "./c_symbols.ts";
import { readCudaDriver } from "./cuda_driver.ts";
import { listCudaLibraries, openCudaLibraries } from "./cuda_libraries.ts";
import type { LibraryFiles } from "./library_files.ts";
import { isQuiet, raiseLogThreshold, setLogLevel } from "./log_threshold.ts";
import { callQuietly, keepLoaded } from "./system_library.ts";

/** An open library. */
export interface CApi {
  readonly symbols: CSymbols;
  /** TensorFlow's version, such as `2.21.0`. */
  readonly version: string;
}

/** The first version whose C API has all that we call. */
const OLDEST = { major: 2, minor: 9 };

/** Libraries stay open for the life of the process: TensorFlow's threads outlive any handle. */
const openApis = new Map<string, CApi>();

/**
 * Opens libtensorflow, once per process and path; before it, where there is a driver of NVIDIA, the CUDA libraries beside it.
 *
 * @throws {InputError} One line, if Deno may not, the file is no library or for another machine, or it is too old.
 */
export function openCApi({ libraryPath, frameworkPath }: LibraryFiles): CApi {
  const known = openApis.get(libraryPath);
  if (known) return known;
  setLogLevel();
  if (readCudaDriver().isPresent) openCudaLibraries(listCudaLibraries(libraryPath));
  if (frameworkPath !== null) openFramework(frameworkPath);
  const version = readVersion(libraryPath);
  const { symbols } = openLibrary(libraryPath, SYMBOLS);
  keepLoaded(libraryPath);
  const api = { symbols, version };
  openApis.set(libraryPath, api);
  return api;
}

/** Opens the library that the other one needs. A note of its loading heeds no level, so loading is quiet as a whole. */
function openFramework(path: string): void {
  const open = () => openLibrary(path, {});
  if (isQuiet()) callQuietly(open);
  else open();
  keepLoaded(path);
  raiseLogThreshold(path);
}

/** Asks for the version alone, so that a library without a newer function can still say how old it is. */
function readVersion(path: string): string {
  const { symbols } = openLibrary(path, { TF_Version: { parameters: [], result: "pointer" } });
  keepLoaded(path);
  const version = Deno.UnsafePointerView.getCString(symbols.TF_Version()!);
  checkVersion(version, path);
  return version;
}

/**
 * Checks that a version of TensorFlow is new enough.
 *
 * @throws {InputError} If it is older than 2.9.
 */
export function checkVersion(version: string, path: string): void {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor)) return;
  throw new InputError(
    `${path}: Cannot use TensorFlow as its version must be at least ` +
      `${OLDEST.major}.${OLDEST.minor}: it is ${version}`,
  );
}

function openLibrary<const S extends Deno.ForeignLibraryInterface>(
  path: string,
  symbols: S,
): Deno.DynamicLibrary<S> {
  try {
    return Deno.dlopen(path, symbols);
  } catch (error) {
    throw explainOpenError(error, path);
  }
}

/** The one line for a library that does not open. */
export function explainOpenError(error: unknown, path: string): InputError {
  const options = { cause: error };
  if (error instanceof Deno.errors.NotCapable || error instanceof Deno.errors.PermissionDenied) {
    return new InputError(
      `${path}: Cannot open library as Deno must be permitted to: it is not`,
      options,
    );
  }
  const text = error instanceof Error ? error.message : String(error);
  const reason = text.split("\n")[0]!
    .replace(/^(Could not open library: )+/, "").replace(`${path}: `, "");
  return new InputError(
    `${path}: Cannot open library as the system must be able to load it: ${reason}`,
    options,
  );
}
