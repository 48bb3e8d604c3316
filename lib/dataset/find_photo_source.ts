/** What the small photographs of a dataset are made of: the zip file that has them, or the published files. */

import { join } from "@std/path";
import { doesExist } from "../file/does_exist.ts";
import type { DatasetDefinition } from "./definition.ts";
import { findOriginals } from "./find_originals.ts";
import { PROFILE_FOLDERS } from "./record.ts";

/** Where the photographs come from. */
export interface PhotoSource {
  /** `archive`: the zip file; `published`: the folder of published files. */
  readonly kind: "archive" | "published";
  /** The zip file, or the folder. */
  readonly path: string;
}

/**
 * Finds what the small photographs can be made of; the zip file goes before the published files.
 *
 * @returns `null` if there is neither.
 * @throws {InputError} If a published archive is there, but not what is in it.
 */
export async function findPhotoSource(
  dataRoot: string,
  definition: DatasetDefinition,
): Promise<PhotoSource | null> {
  const { folder, photos } = definition;
  const archive = join(dataRoot, PROFILE_FOLDERS.photos, photos!.archive);
  if (await doesExist(archive)) return { kind: "archive", path: archive };
  const published = await findOriginals(join(dataRoot, PROFILE_FOLDERS.paper, folder), definition);
  return published === null ? null : { kind: "published", path: published };
}
