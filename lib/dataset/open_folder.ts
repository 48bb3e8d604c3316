/**
 * Any folders of class folders as a dataset. Every image is decoded once; the manifest, kept below the data root, remembers
 * it until a file changes.
 */

import { dirname, join, relative, SEPARATOR } from "@std/path";
import { makeFolder } from "../file/atomic_write.ts";
import { InputError } from "../errors.ts";
import { hashBytes } from "../file/hash.ts";
import { listFiles } from "../file/list_files.ts";
import { manifestPath, type ManifestRow, readManifest, writeManifest } from "./manifest.ts";
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

/**
 * Opens class folders as a dataset. The data hash does not depend on where they are.
 *
 * @throws {InputError} If a folder cannot be read, has no classes, or holds a file that is no whole image.
 */
export async function openFolder(options: OpenFolderOptions): Promise<Dataset> {
  const { name, folders, dataRoot, onProgress } = options;
  const roots = await findRoots(folders);
  const originals = (await Promise.all(roots.map(listOriginals))).flat();
  const manifestFolder = join(dataRoot, MANIFESTS_FOLDER, hashRoots(roots));
  let manifest = await readManifest(manifestFolder);
  if (!manifest || !await isCurrent(manifestFolder, manifest.rows, originals)) {
    let done = 0;
    const onImage = () => onProgress?.(++done, originals.length);
    const rows = await inspectOriginals(originals, onImage);
    await makeFolder(manifestFolder);
    await writeManifest(manifestFolder, rows);
    manifest = (await readManifest(manifestFolder))!;
  }
  const folder = commonFolder(roots.map(({ path }) => path));
  const pathOf = new Map(roots.map(({ split, path }) => [split, relative(folder, path)]));
  const rows = manifest.rows.map((row) => ({
    ...row,
    imagePath: join(pathOf.get(row.split)!, row.imagePath.slice(row.split.length + 1)),
  }));
  return createDataset(name, folder, { rows, hash: manifest.hash });
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
async function listOriginals({ split, path }: SplitRoot): Promise<OriginalImage[]> {
  const files = await listFiles(path);
  if (files.length === 0) {
    throw new InputError(
      `${path}: Cannot open class folders as they must hold images: there is none`,
    );
  }
  return files.map((file) => {
    const sourcePath = join(path, file);
    const classId = dirname(file);
    if (classId === ".") {
      throw new InputError(
        `${sourcePath}: Cannot open class folders as every image must be in the folder of its class: it is in none`,
      );
    }
    return { sourcePath, imagePath: `${split}/${file}`, classId, split, listedAt: sourcePath };
  });
}

/** Whether a manifest lists the files as they are. */
async function isCurrent(
  manifestFolder: string,
  rows: readonly ManifestRow[],
  originals: readonly OriginalImage[],
): Promise<boolean> {
  if (rows.length !== originals.length) return false;
  const writtenMs = (await readFileState(manifestPath(manifestFolder)))?.modifiedMs ?? -Infinity;
  const rowOf = new Map(rows.map((row) => [row.imagePath, row]));
  const isSame = await mapConcurrent(originals, STAT_LIMIT, async ({ imagePath, sourcePath }) => {
    const state = await readFileState(sourcePath);
    return state !== null && state.sizeBytes === rowOf.get(imagePath)?.sizeBytes &&
      state.modifiedMs <= writtenMs;
  });
  return isSame.every(Boolean);
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
