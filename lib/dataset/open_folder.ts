/**
 * Any folders of class folders as a dataset. Every image is read once; the manifest and what is known of the files' contents,
 * kept below the data root, remember it until a file changes.
 */

import { dirname, join, relative, SEPARATOR } from "@std/path";
import { InputError } from "../errors.ts";
import { checkSearched } from "./check_searched.ts";
import { readFileStates } from "../file/file_state.ts";
import { hashBytes } from "../file/hash.ts";
import { compareText } from "../file/compare_text.ts";
import { KnownContents } from "../file/known_contents.ts";
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
import { createDataset } from "./open_dataset.ts";
import type { OriginalImage } from "./original.ts";
import { inspectOriginals } from "./original_files.ts";
import type { Dataset, Split } from "./record.ts";
import type { ClassFolders, Workspace } from "./workspace.ts";

/** What to open. */
export interface OpenFolderOptions extends Required<Pick<Workspace, "dataRoot" | "folders">> {
  /** Name of the dataset in runs and tables. */
  readonly name: string;
  /** Told of the images read so far, and of how many are to be read. */
  readonly onProgress?: (done: number, total: number) => void;
}

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
 * @throws {InputError} If a folder cannot be read, has no classes, or holds a file that is no whole image; if all images that are
 * searched are of one class, or one image is in two of the folders.
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
  for (const [i, { split, path }] of roots.entries()) {
    if (split !== "test" && split !== "gallery") continue; // a batch needs more; queries may be of one
    const classes = listings[i]!.images.map(({ classId }) => classId);
    checkSearched(`${path}: Cannot open class folders`, classes, "images");
  }
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

/**
 * The manifest of the files as they are: what is not known to be as the last one has it is read again, and what is not as the
 * last one has it is decoded.
 */
async function renewManifest(
  folder: string,
  originals: readonly OriginalImage[],
  onProgress?: OpenFolderOptions["onProgress"],
): Promise<Manifest> {
  const [earlier, known] = [await readEarlier(folder), await KnownContents.read(folder)];
  const earlierRows = new Map(earlier?.rows.map((row) => [row.imagePath, row]));
  const kept = await findCurrentRows(originals, earlierRows, known);
  const unread = originals.filter((_, i) => kept[i] === null);
  let done = 0;
  const { rows, contents } = await inspectOriginals(unread, {
    earlier: earlierRows,
    onImage: () => onProgress?.(++done, unread.length),
  });
  for (const [i, content] of contents.entries()) {
    if (content) known.add(unread[i]!.sourcePath, content);
  }
  const all = [...kept.filter((row) => row !== null), ...rows];
  const manifest = earlier && isListed(all, earlierRows)
    ? earlier
    : await withManifestLock(folder, async () => {
      await writeManifest(folder, all);
      return (await readManifest(folder))!;
    });
  await known.save();
  return manifest;
}

function isListed(
  rows: readonly ManifestRow[],
  earlier: ReadonlyMap<string, ManifestRow>,
): boolean {
  return rows.length === earlier.size && rows.every((row) => {
    const { classId, sha256 } = earlier.get(row.imagePath) ?? {};
    return row.classId === classId && row.sha256 === sha256;
  });
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

/** In the order of the originals: the row of what is known to be as its row has it, else `null`. */
async function findCurrentRows(
  originals: readonly OriginalImage[],
  earlier: ReadonlyMap<string, ManifestRow>,
  known: KnownContents,
): Promise<(ManifestRow | null)[]> {
  if (earlier.size === 0) return originals.map(() => null);
  const states = await readFileStates(originals.map(({ sourcePath }) => sourcePath));
  return originals.map(({ imagePath, sourcePath, classId }, i) => {
    const [row, state] = [earlier.get(imagePath), states[i]!];
    const isCurrent = row && state && row.classId === classId &&
      known.find(sourcePath, state) === row.sha256;
    return isCurrent ? row : null;
  });
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
