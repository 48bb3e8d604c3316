/**
 * Original files to a dataset that can be opened: lists checked, every image decoded, class folders, manifest.
 *
 * Invariants: (1) nothing is written before every check has passed; (2) the manifest is written last, and removed before
 * anything that it lists changes; so whatever interrupts a conversion, the next one finishes it.
 */

import { join } from "@std/path";
import { explainWriteError } from "../file/atomic_write.ts";
import { doesExist } from "../file/does_exist.ts";
import { InputError } from "../errors.ts";
import { hashFile } from "../file/hash.ts";
import { mapConcurrent } from "../map_concurrent.ts";
import { isSameFile, type PlacedCounts, placeImages, removeStaleImages } from "./class_folders.ts";
import { checkCounts, countSplits, type DatasetCounts } from "./counts.ts";
import { type DatasetName, findDataset } from "./datasets.ts";
import { readExpectedCounts } from "./expected_counts.ts";
import {
  compareRows,
  manifestPath,
  type ManifestRow,
  readManifest,
  writeManifest,
} from "./manifest.ts";
import { datasetFolder, findChangedFile } from "./open_dataset.ts";
import { checkOriginals, type OriginalImage } from "./original.ts";
import { findOriginals } from "./find_originals.ts";
import { findOriginalFiles, inspectOriginals } from "./original_files.ts";
import type { Profile, Split } from "./record.ts";
import { describeRemedy, originalFolder } from "./remedy.ts";
import type { Workspace } from "./workspace.ts";

/** Files hashed at a time. */
const HASH_LIMIT = 8;

/** What to convert. */
export interface ConvertOptions extends Pick<Workspace, "dataRoot"> {
  /** Which dataset. */
  readonly name: DatasetName;
  /** The drawn miniature or the published dataset. */
  readonly profile: Profile;
  /** Told of the steps done so far, and of how many there are. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Images of one class in one split. */
export interface ConvertedClass {
  /** Class folder, or product id of IN_SHOP. */
  readonly classId: string;
  /** Where it is. */
  readonly split: Split;
  /** Its images in that split. */
  readonly imageCount: number;
}

/** What a conversion made. */
export interface ConversionSummary {
  /** Which dataset. */
  readonly name: DatasetName;
  /** Folder of the dataset. */
  readonly folder: string;
  /** Whether everything was there already. */
  readonly isUnchanged: boolean;
  /** Of every split. */
  readonly counts: DatasetCounts;
  /** How images came into class folders; `null` where they are used in place or everything was there already. */
  readonly placed: PlacedCounts | null;
  /** Sorted by split and class: the rows of `results/convert/<dataset>.csv`. */
  readonly classes: readonly ConvertedClass[];
}

/**
 * Converts a dataset; does nothing where it is converted already, and finishes what was interrupted.
 *
 * @throws {InputError} If originals are missing, damaged or not the published ones, or the folder cannot be written.
 */
export async function convertDataset(options: ConvertOptions): Promise<ConversionSummary> {
  const { name, profile, dataRoot } = options;
  const folder = datasetFolder(dataRoot, profile, name);
  const earlier = await readEarlierRows(folder);
  const definition = findDataset(name);
  const remedy = describeRemedy(definition, profile);
  const originals = await findOriginals(folder, definition);
  if (originals === null) {
    const change = earlier && await findChangedFile(folder, earlier, "content");
    if (earlier && !change) return summarize(name, folder, earlier, true);
    const found = change ? ` (${change.path}: ${change.rule})` : "";
    throw new InputError(
      `${
        originalFolder(folder, definition)
      }: Cannot convert ${name} as the folder must exist: it is missing; ${remedy}${found}`,
    );
  }
  const expected = await readExpectedCounts(definition, profile, originals);
  const trainClassCount = expected.train!.classCount;
  const images = await definition.read({ folder: originals, trainClassCount, remedy });
  checkOriginals(images);
  checkCounts(countSplits(images), expected, originals, name);
  await findOriginalFiles(images, name, remedy);
  const placed = definition.isInPlace ? null : folder;
  if (earlier && await isCurrent(placed, earlier, images)) {
    return summarize(name, folder, earlier, true);
  }
  const { rows, counts } = await carryOut(images, earlier ?? [], folder, options);
  return { ...summarize(name, folder, rows, false), placed: counts };
}

/** Rows of an earlier conversion; `null` where there is none or its manifest is damaged. */
async function readEarlierRows(folder: string): Promise<readonly ManifestRow[] | null> {
  try {
    return (await readManifest(folder))?.rows ?? null;
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}

/**
 * Whether a manifest lists the originals as they are, and every file that it lists is there, by their contents: sizes and
 * times can be those of other images.
 *
 * @param placed Folder of the class folders, or `null` where images are used in place.
 */
async function isCurrent(
  placed: string | null,
  rows: readonly ManifestRow[],
  originals: readonly OriginalImage[],
): Promise<boolean> {
  const rowOf = new Map(rows.map((row) => [row.imagePath, row]));
  const isListed = originals.every(({ imagePath, classId, split }) => {
    const row = rowOf.get(imagePath);
    return row?.classId === classId && row.split === split;
  });
  if (!isListed || rows.length !== originals.length) return false;
  const isSame = await mapConcurrent(originals, HASH_LIMIT, async ({ sourcePath, imagePath }) => {
    const { sha256 } = rowOf.get(imagePath)!;
    if (await hashFile(sourcePath) !== sha256) return false;
    if (placed === null) return true;
    const placedPath = join(placed, imagePath);
    return await isSameFile(sourcePath, placedPath) ||
      await doesExist(placedPath) && await hashFile(placedPath) === sha256;
  });
  return isSame.every(Boolean);
}

async function carryOut(
  originals: readonly OriginalImage[],
  earlier: readonly ManifestRow[],
  folder: string,
  { name, onProgress }: ConvertOptions,
): Promise<{ readonly rows: ManifestRow[]; readonly counts: PlacedCounts | null }> {
  const { isInPlace } = findDataset(name);
  const total = originals.length * (isInPlace ? 1 : 2);
  let done = 0;
  const onImage = () => onProgress?.(++done, total);
  const rows = await inspectOriginals(originals, onImage);
  await removeManifest(folder);
  let counts: PlacedCounts | null = null;
  if (!isInPlace) {
    const kept = new Set(rows.map(({ imagePath }) => imagePath));
    await removeStaleImages(folder, earlier.map(({ imagePath }) => imagePath), kept);
    counts = await placeImages(originals, folder, onImage);
  }
  await writeManifest(folder, rows);
  return { rows, counts };
}

async function removeManifest(folder: string): Promise<void> {
  const path = manifestPath(folder);
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw explainWriteError(error, path);
  }
}

function summarize(
  name: DatasetName,
  folder: string,
  rows: readonly ManifestRow[],
  isUnchanged: boolean,
): ConversionSummary {
  const classes: { classId: string; split: Split; imageCount: number }[] = [];
  for (const { classId, split } of rows.toSorted(compareRows)) {
    const last = classes.at(-1);
    if (last?.classId === classId && last.split === split) last.imageCount++;
    else classes.push({ classId, split, imageCount: 1 });
  }
  return { name, folder, isUnchanged, counts: countSplits(rows), placed: null, classes };
}
