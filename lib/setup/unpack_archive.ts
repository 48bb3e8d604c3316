/** Unpacks an archive's folder, once and never half: it appears with everything in it, by one renaming at the end. */

import { basename, dirname, join } from "@std/path";
import { InputError } from "../errors.ts";
import { ByteSource } from "../file/byte_source.ts";
import { splitMemberPath } from "../file/split_member_path.ts";
import { extractTarGz } from "../file/tar.ts";
import { listZip } from "../file/zip.ts";
import { extractEntry } from "../file/zip_entry.ts";

/**
 * Unpacks the files below `<name of target>/` in an archive to the folder `target`; the others are left out.
 *
 * What an interrupted call left, the folder `.<name>.unpacking` beside the target, is removed by the next one.
 *
 * @param archive A `.tgz` or `.zip` file.
 * @param onFile Called with the number of files that are unpacked.
 * @returns How many files there are.
 * @throws {InputError} If the archive is damaged, has no such files, or one that cannot be written or would leave the folder.
 */
export async function unpackArchive(
  archive: string,
  target: string,
  onFile: (count: number) => void = () => {},
): Promise<number> {
  const name = basename(target);
  const staging = join(dirname(target), `.${name}.unpacking`);
  await removeFolder(staging);
  try {
    const choose = memberChooser(archive, name, staging, onFile);
    const count = archive.endsWith(".zip")
      ? await unpackZip(archive, choose)
      : (await extractTarGz(archive, choose)).length;
    if (count === 0) {
      throw new InputError(
        `${archive}: Cannot unpack archive as it must have files in ${name}/: it has none`,
      );
    }
    await Deno.rename(staging, target);
    return count;
  } finally {
    await removeFolder(staging);
  }
}

/** Where each member goes. Two that differ by case alone would be one file on Windows and on a Mac. */
function memberChooser(
  archive: string,
  folder: string,
  staging: string,
  onFile: (count: number) => void,
): (name: string) => string | null {
  const seen = new Map<string, string>();
  return (name) => {
    const parts = splitMemberPath(name, archive);
    if (parts === null || parts.length < 2 || parts[0] !== folder) return null;
    const path = parts.join("/");
    const earlier = seen.get(path.toLowerCase());
    if (earlier !== undefined) {
      throw new InputError(
        `${archive}: Cannot unpack archive as names must differ by more than case: it has ${earlier} and ${path}`,
      );
    }
    seen.set(path.toLowerCase(), path);
    onFile(seen.size);
    return join(staging, ...parts.slice(1));
  };
}

async function unpackZip(
  archive: string,
  choose: (name: string) => string | null,
): Promise<number> {
  using source = ByteSource.open(archive, "unpack archive");
  let count = 0;
  for (const entry of listZip(source)) {
    const target = choose(entry.name);
    if (target === null) continue;
    await extractEntry(source, entry, target);
    count++;
  }
  return count;
}

async function removeFolder(folder: string): Promise<void> {
  try {
    await Deno.remove(folder, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
