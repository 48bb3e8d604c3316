/** Where a dataset's published files are, in whichever way their archives were unpacked. */

import { InputError } from "../errors.ts";
import { doesExist } from "../file/does_exist.ts";
import type { DatasetDefinition } from "./definition.ts";
import { findFirst } from "./original.ts";
import { originalFolder } from "./remedy.ts";

/**
 * Finds the folder that a reader begins at: `original` in the dataset's folder, or that folder itself where the archives
 * were unpacked right there.
 *
 * @param folder Folder of the dataset.
 * @returns `null` if there is neither `original` nor anything of the dataset.
 * @throws {InputError} If an archive is there, but not what is in it.
 */
export async function findOriginals(
  folder: string,
  definition: DatasetDefinition,
): Promise<string | null> {
  const usual = originalFolder(folder, definition);
  const candidates = [...new Set([usual, folder])];
  for (const candidate of candidates) {
    if (await findFirst(candidate, definition.landmarks)) return candidate;
  }
  const { files, olderFiles = [] } = definition.published;
  const archives = [...files, ...olderFiles].map(({ name }) => name)
    .filter((name) => /\.(tgz|zip)$/.test(name));
  for (const candidate of candidates) {
    const archive = await findFirst(candidate, archives);
    if (!archive) continue;
    throw new InputError(
      `${archive}: Cannot convert ${definition.name} as archives must be unpacked where they are: it is not`,
    );
  }
  return await doesExist(usual) ? usual : null;
}
