/** Why TensorFlow sees no GPU: its own notes say it in part, below the level that is shown, and leave out the missing library. */

import { type CudaDriver, readCudaDriver } from "./cuda_driver.ts";
import { cudaLibraryNames, tryToOpen } from "./cuda_libraries.ts";
import type { LibraryFiles } from "./library_files.ts";

/** What decides whether TensorFlow can see a GPU. */
export interface GpuConditions {
  /** Whether TensorFlow was built for CUDA; `null` where it does not say. */
  readonly isCudaBuild: boolean | null;
  readonly driver: CudaDriver;
  /** Libraries of CUDA that TensorFlow wants and the system does not open, with the reason of the first. */
  readonly missing: readonly { readonly name: string; readonly reason: string }[];
}

/** `tensorflow::IsGoogleCudaEnabled()`, `tensorflow/core/util/port.h`. */
const CUDA_BUILD = "_ZN10tensorflow19IsGoogleCudaEnabledEv";

/** Looks at an open TensorFlow and this machine. */
export function readGpuConditions(files: LibraryFiles, version: string): GpuConditions {
  const isCudaBuild = readCudaBuild(files);
  const names = isCudaBuild === false ? [] : cudaLibraryNames(version);
  const missing = names.flatMap((name) => {
    const reason = tryToOpen(name, (path) => Deno.dlopen(path, {}));
    return reason === null ? [] : [{ name, reason }];
  });
  return { isCudaBuild, driver: readCudaDriver(), missing };
}

function readCudaBuild({ libraryPath, frameworkPath }: LibraryFiles): boolean | null {
  try {
    const definition = { call: { name: CUDA_BUILD, parameters: [], result: "u8" } } as const;
    return Deno.dlopen(frameworkPath ?? libraryPath, definition).symbols.call() !== 0;
  } catch {
    return null; // it exports no such function
  }
}

/** One line, without a full stop. */
export function explainNoGpu({ isCudaBuild, driver, missing }: GpuConditions): string {
  if (isCudaBuild === false) {
    return "this TensorFlow is built without CUDA; `deno task setup --gpu` fetches one with it, for Linux on x86_64";
  }
  if (!driver.isPresent) return driver.reason;
  if (driver.devices.length === 0) return "NVIDIA's driver sees no GPU";
  if (missing.length > 0) {
    const names = missing.map(({ name }) => name).join(", ");
    return `it opens ${names} and does not find them (${missing[0]!.reason}); ` +
      "`deno task setup --gpu` fetches CUDA's libraries";
  }
  return "its own notes tell more, with TF_CPP_MIN_LOG_LEVEL=0 in the environment";
}
