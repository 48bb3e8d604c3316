/** The files of one libtensorflow, and what their first bytes say about them. */

import { InputError } from "../../../errors.ts";

/** Where a libtensorflow lies. */
export interface LibraryFiles {
  /** Exports the C API. */
  readonly libraryPath: string;
  /** `libtensorflow_framework`, which the first one needs; null where the system finds it. */
  readonly frameworkPath: string | null;
}

interface LibraryNames {
  readonly library: readonly string[];
  readonly framework: readonly string[];
}

/**
 * File names by operating system: those of a Python wheel first, then those of the C archive.
 *
 * @throws {InputError} If TensorFlow has no library with the C API for the system.
 */
export function libraryNames(system: typeof Deno.build.os = Deno.build.os): LibraryNames {
  if (system === "linux") {
    return {
      library: ["libtensorflow_cc.so.2", "libtensorflow.so.2", "libtensorflow.so"],
      framework: ["libtensorflow_framework.so.2", "libtensorflow_framework.so"],
    };
  }
  if (system === "darwin") {
    return {
      library: ["libtensorflow_cc.2.dylib", "libtensorflow.2.dylib", "libtensorflow.dylib"],
      framework: ["libtensorflow_framework.2.dylib", "libtensorflow_framework.dylib"],
    };
  }
  if (system === "windows") return { library: ["tensorflow.dll"], framework: [] };
  throw new InputError(
    `Cannot use TensorFlow as the system must be linux, darwin or windows: it is ${system}`,
  );
}

/** ELF's names of machines that TensorFlow is built for. */
const ELF_MACHINES: Readonly<Record<number, string>> = {
  3: "x86",
  40: "arm",
  62: "x86_64",
  183: "aarch64",
  243: "riscv64",
};

/** Bytes of an ELF header of 64 bits. */
const ELF_HEADER_SIZE_BYTES = 64;

/** What is wrong with a file that should be a library for this machine, or null; `it is ...`, for the end of a message. */
export async function inspectLibrary(
  path: string,
  architecture: string = Deno.build.arch,
): Promise<string | null> {
  using file = await Deno.open(path);
  const { size, isFile } = await file.stat();
  if (!isFile) return "it is a folder";
  const header = new Uint8Array(ELF_HEADER_SIZE_BYTES);
  const count = await file.read(header) ?? 0;
  const isElf = count >= 4 && header[0] === 0x7f && header[1] === 0x45 && header[2] === 0x4c &&
    header[3] === 0x46;
  if (!isElf) return Deno.build.os === "linux" ? "it is no shared library" : null;
  if (count < ELF_HEADER_SIZE_BYTES) return "it is cut off";
  const view = new DataView(header.buffer);
  const machine = ELF_MACHINES[view.getUint16(18, true)] ?? "an unknown machine";
  if (machine !== architecture) return `it is for ${machine}, and this machine is ${architecture}`;
  const sectionsEnd = view.getBigUint64(40, true) +
    BigInt(view.getUint16(58, true) * view.getUint16(60, true)); // the section headers come last
  if (BigInt(size) < sectionsEnd) {
    return `it is cut off: ${size} bytes of at least ${sectionsEnd}`;
  }
  return null;
}
