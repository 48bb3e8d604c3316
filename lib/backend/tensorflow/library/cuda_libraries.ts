/**
 * CUDA's libraries that lie beside TensorFlow's, as Python's packages put them: `nvidia/<package>/lib`.
 *
 * TensorFlow opens them by name, and its library has no run path to them; one that is open already is found by its name.
 */

import { dirname, join } from "@std/path";
import { keepLoaded } from "./system_library.ts";

/** Puts itself in place of every BLAS of the process, and TensorFlow has no use for it. */
const LEFT_OUT = /^libnvblas\./;

/** A library that did not open. */
export interface FailedLibrary {
  readonly path: string;
  /** The system's one line. */
  readonly reason: string;
}

/** Paths of the libraries beside a libtensorflow, sorted. None where there is no such folder, or it may not be read. */
export function listCudaLibraries(libraryPath: string): string[] {
  const root = join(dirname(libraryPath), "..", "nvidia");
  return listNames(root).flatMap((name) => {
    const folder = join(root, name, "lib");
    return listNames(folder)
      .filter((file) => /^lib.+\.so(\.\d+)*$/.test(file) && !LEFT_OUT.test(file))
      .map((file) => join(folder, file));
  });
}

function listNames(folder: string): string[] {
  try {
    return Array.from(Deno.readDirSync(folder), ({ name }) => name).toSorted();
  } catch {
    return []; // not there, or not to be read
  }
}

/**
 * Opens libraries by their paths, those that need others after them: again and again, as long as one more opens.
 *
 * @param open Opens one; stands in for the system in tests.
 * @returns Those that do not open.
 */
export function openCudaLibraries(
  paths: readonly string[],
  open: (path: string) => void = openForGood,
): FailedLibrary[] {
  let waiting: FailedLibrary[] = paths.map((path) => ({ path, reason: "" }));
  while (true) {
    const failed = waiting.flatMap(({ path }) => {
      const reason = tryToOpen(path, open);
      return reason === null ? [] : [{ path, reason }];
    });
    if (failed.length === 0 || failed.length === waiting.length) return failed;
    waiting = failed;
  }
}

function openForGood(path: string): void {
  Deno.dlopen(path, {});
  keepLoaded(path);
}

/** Why a library does not open, or null. */
export function tryToOpen(name: string, open: (path: string) => void): string | null {
  try {
    open(name);
    return null;
  } catch (error) {
    const [line] = (error as Error).message.split("\n");
    return line!.replace(/^(Could not open library: )+/, "");
  }
}

const BEFORE_CUDA_12 = [
  ...["libcudart.so.11.0", "libcublas.so.11", "libcublasLt.so.11", "libcufft.so.10"],
  ...["libcusolver.so.11", "libcusparse.so.11", "libcudnn.so.8"],
];
const CUDA_12 = [
  ...["libcudart.so.12", "libcublas.so.12", "libcublasLt.so.12", "libcufft.so.11"],
  ...["libcusolver.so.11", "libcusparse.so.12"],
];

/**
 * Names of the libraries that a release of TensorFlow opens for its GPUs.
 *
 * Source: the tested build configurations at tensorflow.org/install/source, and `dso_loader.cc`.
 */
export function cudaLibraryNames(version: string): readonly string[] {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major === 2 && minor < 15) return BEFORE_CUDA_12;
  return [...CUDA_12, major === 2 && minor < 18 ? "libcudnn.so.8" : "libcudnn.so.9"];
}
