/**
 * Any folders of class folders as a dataset. Every image is decoded once; the manifest, kept below the data root, remembers
 * it until a file changes.
 */

import { dirname, join, relative, SEPARATOR } from "@std/path";
import { InputError } from "../errors.ts";
import { hashBytes, hashFile } from "../file/hash.ts";
import { compareText } from "../file/compare_text.ts";
import { describeSkipped, listFiles, type SkippedFiles } from "../file/list_files.ts";
import { checkDisjoint } from "./check_disjoint.ts";
import {
  type Manifest,
  manifestPath,
  type ManifestRow,
  readManifest,
  withManifestLock,
  writeManifest,
} from "./manifest.ts";
import { mapConcurrent } from "../map_concurrent.ts";
import { createDataset } from "./open_dataset.ts";
import type { OriginalImage } from "./original.ts";
import { inspectOriginals, readFileState } from "./original_files.ts";
import type { Dataset, Split } from "./record.ts";
import type { ClassFolders, Workspace } from "./workspace.ts";

/** What to open. */
export interface OpenFolderOptions extends Required<Pick<Workspace, "dataRoot" | "folders">> {
  /** Name of the dataset in runs and tables. */
  readonly name: string;
  /** Told of the images decoded so far, and of how many there are. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Files looked up at a time. */
const STAT_LIMIT = 32;
/** Below the data root: manifests of folders that were opened. */
const MANIFESTS_FOLDER = "folders";

/** Class folders, opened. */
export interface OpenedFolder {
  readonly dataset: Dataset;
  /** What was left out as no image of the user's. */
  readonly skipped: SkippedFiles;
}

/**
 * Opens class folders as a dataset. The data hash does not depend on where they are.
 *
 * Classes are compared as NFC: folders whose names differ only by the normal form of their letters are one class.
 *
 * @throws {InputError} If a folder cannot be read, has no classes, or holds a file that is no whole image; or if one image
 * is in two of the folders.
 */
export async function openFolder(options: OpenFolderOptions): Promise<OpenedFolder> {
  const { name, folders, dataRoot } = options;
  const roots = await findRoots(folders);
  const listings = await Promise.all(roots.map(listOriginals));
  const originals = listings.flatMap(({ images }) => images);
  const manifestFolder = join(dataRoot, MANIFESTS_FOLDER, hashRoots(roots));
  const manifest = await renewManifest(manifestFolder, originals, options.onProgress);
  const pathOf = new Map(originals.map(({ imagePath, sourcePath }) => [imagePath, sourcePath]));
  checkDisjoint(manifest.rows, pathOf);
  const folder = commonFolder(roots.map(({ path }) => path));
  const rows = manifest.rows.map((row) => ({
    ...row,
    imagePath: relative(folder, pathOf.get(row.imagePath)!),
  }));
  const remedy = `remove ${manifestPath(manifestFolder)}, then every image is read anew`;
  return {
    dataset: createDataset({ name, folder, remedy }, { rows, hash: manifest.hash }),
    skipped: joinSkipped(listings.map(({ skipped }) => skipped)),
  };
}

/** The manifest of the files as they are: what changed since the last one was written is decoded again. */
async function renewManifest(
  folder: string,
  originals: readonly OriginalImage[],
  onProgress?: OpenFolderOptions["onProgress"],
): Promise<Manifest> {
  const earlier = await readEarlier(folder);
  const kept = earlier ? await findCurrentRows(folder, earlier, originals) : [];
  const rowOf = new Map(kept.map((row) => [row.imagePath, row]));
  const changed = originals.filter(({ imagePath }) => !rowOf.has(imagePath));
  if (earlier && changed.length === 0 && earlier.rows.length === originals.length) return earlier;
  let done = 0;
  const inspected = await inspectOriginals(
    changed,
    () => onProgress?.(++done, changed.length),
  );
  await withManifestLock(folder, () => writeManifest(folder, [...kept, ...inspected]));
  return (await readManifest(folder))!;
}

/** An earlier manifest; one that is damaged is made again. */
async function readEarlier(folder: string): Promise<Manifest | null> {
  try {
    return await readManifest(folder);
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}

/**
 * Rows of the files that are as they were when the manifest was written: by size and by two times, that of their content and
 * that of their entry, which a copy that keeps times does not keep; by content, where a time is later, as clocks differ. A
 * replaced file that all of this does not tell is found when it is loaded.
 */
async function findCurrentRows(
  folder: string,
  { rows }: Manifest,
  originals: readonly OriginalImage[],
): Promise<ManifestRow[]> {
  const writtenMs = (await readFileState(manifestPath(folder)))?.changedMs ?? -Infinity;
  const rowOf = new Map(rows.map((row) => [row.imagePath, row]));
  const current = await mapConcurrent(originals, STAT_LIMIT, async (original) => {
    const row = rowOf.get(original.imagePath);
    const state = await readFileState(original.sourcePath);
    const isListed = row && state && row.classId === original.classId &&
      row.sizeBytes === state.sizeBytes;
    if (!isListed) return null;
    const isOlder = state.changedMs <= writtenMs;
    return isOlder || await hashFile(original.sourcePath) === row.sha256 ? row : null;
  });
  return current.filter((row) => row !== null);
}

interface SplitRoot {
  readonly split: Split;
  /** Real and absolute. */
  readonly path: string;
}

async function findRoots({ train, test, gallery }: ClassFolders): Promise<SplitRoot[]> {
  const given: readonly (readonly [Split, string])[] = gallery === undefined
    ? [["train", train], ["test", test]]
    : [["train", train], ["query", test], ["gallery", gallery]];
  return await Promise.all(given.map(async ([split, path]) => ({
    split,
    path: await Deno.realPath(path).catch(() => path), // listing it says what is wrong
  })));
}

/** Images of a split; in the manifest their paths begin with the split instead of the folder. */
async function listOriginals(
  { split, path }: SplitRoot,
): Promise<{ readonly images: OriginalImage[]; readonly skipped: SkippedFiles }> {
  const { paths, skipped } = await listFiles(path);
  if (paths.length === 0) {
    const note = skipped.count > 0 ? `, ${describeSkipped(skipped)}` : "";
    throw new InputError(
      `${path}: Cannot open class folders as they must hold images: there is none${note}`,
    );
  }
  const images = paths.map((file) => {
    const sourcePath = join(path, file);
    checkName(sourcePath);
    const classId = dirname(file).normalize("NFC");
    if (classId === ".") {
      throw new InputError(
        `${sourcePath}: Cannot open class folders as every image must be in the folder of its class: it is in none`,
      );
    }
    return { sourcePath, imagePath: `${split}/${file}`, classId, split, listedAt: sourcePath };
  });
  return { images, skipped };
}

/** Names are shown in messages of one line, and beside numbers in lists. */
function checkName(path: string): void {
  if (!/[\p{Cc}\u2028\u2029]/u.test(path)) return;
  throw new InputError(
    `${
      JSON.stringify(path)
    }: Cannot open class folders as names must have no line breaks or other control characters: it has; ` +
      "rename it",
  );
}

function joinSkipped(parts: readonly SkippedFiles[]): SkippedFiles {
  return {
    count: parts.reduce((sum, { count }) => sum + count, 0),
    names: [...new Set(parts.flatMap(({ names }) => names))].toSorted(compareText),
  };
}

function hashRoots(roots: readonly SplitRoot[]): string {
  const text = roots.map(({ split, path }) => `${split} ${path}\n`).join("");
  return hashBytes(text).slice(0, 16);
}

/** The deepest folder that all paths are in or below. */
function commonFolder(paths: readonly string[]): string {
  const [first = [], ...others] = paths.map((path) => path.split(SEPARATOR));
  const differs = first.findIndex((part, i) => others.some((other) => other[i] !== part));
  const shared = differs === -1 ? first : first.slice(0, differs);
  return shared.join(SEPARATOR) || SEPARATOR;
}
