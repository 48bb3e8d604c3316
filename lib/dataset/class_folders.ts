/** Puts images into `class/{train,test}/<class folder>/`: as hard links where the file system has them, else as copies. */

import { dirname, join } from "@std/path";
import { explainWriteError, makeFolder } from "../file/atomic_write.ts";
import { mapConcurrent } from "../map_concurrent.ts";
import type { OriginalImage } from "./original.ts";

/** How images came into class folders. */
export interface PlacedCounts {
  /** Hard links to the originals: one file under two names, so that what changes one changes the other. */
  readonly linked: number;
  /** Copies, which take the room once more. */
  readonly copied: number;
  /** Those that were there already. */
  readonly kept: number;
}

/** Files written at a time. */
const WRITE_LIMIT = 16;

/**
 * Puts every image into its class folder; what is there already stays.
 *
 * Each file appears whole or not at all, so that whatever interrupts this, it can be called again.
 *
 * @param folder Folder of the dataset.
 * @param onImage Called after each.
 * @returns How many images came to their place which way.
 * @throws {InputError} If the folder cannot be written.
 */
export async function placeImages(
  originals: readonly OriginalImage[],
  folder: string,
  onImage: () => void,
): Promise<PlacedCounts> {
  const counts = { linked: 0, copied: 0, kept: 0 };
  const classFolders = new Set(originals.map(({ imagePath }) => dirname(imagePath)));
  await mapConcurrent([...classFolders], WRITE_LIMIT, (path) => makeFolder(join(folder, path)));
  await mapConcurrent(originals, WRITE_LIMIT, async ({ sourcePath, imagePath }) => {
    counts[await placeImage(sourcePath, join(folder, imagePath))]++;
    onImage();
  });
  return counts;
}

async function placeImage(sourcePath: string, targetPath: string): Promise<keyof PlacedCounts> {
  if (await isSameFile(sourcePath, targetPath)) return "kept";
  const temporaryPath = `${targetPath}.tmp`;
  try {
    await Deno.remove(temporaryPath).catch(() => {}); // of an interrupted call
    const way = await linkOrCopy(sourcePath, temporaryPath);
    await Deno.rename(temporaryPath, targetPath);
    return way;
  } catch (error) {
    await Deno.remove(temporaryPath).catch(() => {});
    throw explainWriteError(error, targetPath);
  }
}

/** Whether two paths are one file, as hard links are. */
export async function isSameFile(a: string, b: string): Promise<boolean> {
  try {
    const [first, second] = [await Deno.stat(a), await Deno.lstat(b)];
    return first.ino !== null && first.ino === second.ino && first.dev === second.dev;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/**
 * Whatever keeps a hard link from being made (another file system, none supported), a copy tells whether it matters. What a
 * link points to is copied: a hard link to it would be a link again, which may point elsewhere tomorrow.
 */
async function linkOrCopy(source: string, target: string): Promise<"linked" | "copied"> {
  if (!(await Deno.lstat(source)).isSymlink) {
    const isLinked = await Deno.link(source, target).then(() => true, () => false);
    if (isLinked) return "linked";
  }
  await Deno.copyFile(source, target);
  return "copied";
}

/**
 * Removes images of an earlier conversion that are not in the present one, and class folders that become empty.
 *
 * @param earlier Image paths that an earlier manifest lists.
 * @param kept Image paths that stay.
 * @throws {InputError} If the folder cannot be written.
 */
export async function removeStaleImages(
  folder: string,
  earlier: readonly string[],
  kept: ReadonlySet<string>,
): Promise<void> {
  const stale = earlier.filter((path) => path.startsWith("class/") && !kept.has(path));
  await mapConcurrent(stale, WRITE_LIMIT, (path) => removeIfThere(join(folder, path)));
  for (const path of new Set(stale.map((path) => join(folder, dirname(path))))) {
    await Deno.remove(path).catch(() => {}); // not empty: there are others in it
  }
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw explainWriteError(error, path);
  }
}
