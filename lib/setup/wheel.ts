/** What we need of a Python wheel: its libraries, and the names of the packages with CUDA's. */

import { basename, join } from "@std/path";
import { InputError } from "../errors.ts";
import { libraryNames } from "../backend/tensorflow/library/library_files.ts";
import { ByteSource } from "../file/byte_source.ts";
import { listZip, type ZipEntry } from "../file/zip.ts";
import { extractEntry } from "../file/zip_entry.ts";

const ACTION = "take libraries out of wheel";

/** Called with the name of a file and the bytes written of it. */
export type OnFile = (name: string, doneBytes: number, totalBytes: number) => void;

/**
 * Takes TensorFlow's two libraries out of its wheel.
 *
 * @param targetFolder Made if it is missing.
 * @throws {InputError} If the wheel is damaged or has no such libraries.
 */
export async function extractLibraries(
  wheelPath: string,
  targetFolder: string,
  onFile: OnFile,
): Promise<void> {
  using wheel = ByteSource.open(wheelPath, ACTION);
  const members = listZip(wheel);
  const { library, framework } = libraryNames();
  for (const names of [framework, library]) { // the library last: with it the folder counts as complete
    if (names.length === 0) continue;
    const member = members.find(({ name }) =>
      names.some((wanted) => name === `tensorflow/${wanted}`)
    );
    if (!member) {
      throw new InputError(
        `${wheelPath}: Cannot take libraries out of wheel as it must have tensorflow/${
          names[0]
        }: it has not`,
      );
    }
    await extract(wheel, member, join(targetFolder, basename(member.name)), onFile);
  }
}

/**
 * Takes all shared libraries below `nvidia/` out of a wheel, to where TensorFlow's run path has them.
 *
 * @param targetFolder The folder that is to have `nvidia/`, beside `tensorflow/`.
 */
export async function extractCudaLibraries(
  wheelPath: string,
  targetFolder: string,
  onFile: OnFile,
): Promise<void> {
  using wheel = ByteSource.open(wheelPath, ACTION);
  for (const member of listZip(wheel)) {
    if (!/^nvidia\/[\w/]+\/lib\/[^/]+\.so[.\d]*$/.test(member.name)) continue;
    await extract(wheel, member, join(targetFolder, member.name), onFile);
  }
}

/**
 * Reads which packages a wheel wants for CUDA: its extra `and-cuda`.
 *
 * @returns Requirements such as `nvidia-cublas-cu12<13.0,>=12.5`; none if the wheel names none.
 */
export async function listCudaRequirements(
  wheelPath: string,
  temporaryFolder: string,
): Promise<string[]> {
  using wheel = ByteSource.open(wheelPath, ACTION);
  const members = listZip(wheel);
  const metadata = members.find(({ name }) => name.endsWith(".dist-info/METADATA"));
  if (!metadata) return [];
  const path = join(temporaryFolder, "METADATA");
  await extractEntry(wheel, metadata, path);
  return parseCudaRequirements(await Deno.readTextFile(path));
}

/** Parses the requirements of the extra `and-cuda` out of a wheel's metadata. */
export function parseCudaRequirements(metadata: string): string[] {
  return [...metadata.matchAll(/^Requires-Dist:\s*([^;\n]+?)\s*;(.*)$/gm)]
    .filter(([, , condition]) => /extra\s*==\s*["']and-cuda["']/.test(condition!))
    .map(([, requirement]) => requirement!.replaceAll(/[\s()]/g, ""));
}

async function extract(
  wheel: ByteSource,
  member: ZipEntry,
  targetPath: string,
  onFile: OnFile,
): Promise<void> {
  const name = basename(member.name);
  await extractEntry(wheel, member, targetPath, (count) => {
    onFile(name, count, member.sizeBytes);
  });
}
