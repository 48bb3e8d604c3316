/**
 * Original files to a dataset that can be opened: lists checked, every image decoded, class folders, manifest.
 *
 * Invariants: (1) nothing is written before every check has passed; (2) the manifest is written last, and removed before
 * anything that it lists changes; so whatever interrupts a conversion, the next one finishes it; (3) one process converts a
 * dataset at a time, and a second one finds it converted.
 */

import { join } from "@std/path";
import { doesExist } from "../file/does_exist.ts";
import { InputError } from "../errors.ts";
import { hashFile } from "../file/hash.ts";
import { mapConcurrent } from "../map_concurrent.ts";
import { isSameFile, type PlacedCounts, placeImages, removeStaleImages } from "./class_folders.ts";
import {
  type ConversionSummary,
  readEarlierRows,
  removeManifest,
  summarize,
} from "./conversion.ts";
import { convertPhotos } from "./convert_photos.ts";
import { checkCounts, countSplits } from "./counts.ts";
import { type DatasetName, findDatasetOf } from "./datasets.ts";
import { readExpectedCounts } from "./expected_counts.ts";
import { type ManifestRow, withManifestLock, writeManifest } from "./manifest.ts";
import { datasetFolder, findChangedFile } from "./open_dataset.ts";
import { checkOriginals, type OriginalImage } from "./original.ts";
import { findOriginals } from "./find_originals.ts";
import { findOriginalFiles, inspectOriginals } from "./original_files.ts";
import type { Profile } from "./record.ts";
import { describeRemedy, originalFolder } from "./remedy.ts";
import type { Workspace } from "./workspace.ts";

/** Files hashed at a time. */
const HASH_LIMIT = 8;

/** What to convert. */
export interface ConvertOptions extends Pick<Workspace, "dataRoot"> {
  /** Which dataset. */
  readonly name: DatasetName;
  /** The drawn miniature, the small photographs or the published dataset. */
  readonly profile: Profile;
  /** Told of the steps done so far, and of how many there are. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Converts a dataset; does nothing where it is converted already, and finishes what was interrupted.
 *
 * @throws {UsageError} If the profile has no such dataset.
 * @throws {InputError} If originals are missing, damaged or not the published ones, or the folder cannot be written.
 */
export async function convertDataset(options: ConvertOptions): Promise<ConversionSummary> {
  const { name, profile, dataRoot } = options;
  const definition = findDatasetOf(profile, name);
  const folder = datasetFolder(dataRoot, profile, name);
  if (profile === "photos") return await convertPhotos({ ...options, definition, folder });
  const earlier = await readEarlierRows(folder);
  const remedy = describeRemedy(definition, options);
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
  const expected = await readExpectedCounts(definition, options, originals);
  const trainClassCount = expected.train!.classCount;
  const images = await definition.read({ folder: originals, trainClassCount, remedy });
  checkOriginals(images);
  checkCounts(countSplits(images), expected, originals, name);
  await findOriginalFiles(images, name, remedy);
  const placed = definition.isInPlace ? null : folder;
  if (earlier && await isCurrent(placed, earlier, images)) {
    return summarize(name, folder, earlier, true);
  }
  return await carryOut(images, { folder, placed }, options);
}

async function carryOut(
  images: readonly OriginalImage[],
  { folder, placed }: Pick<CheckedImages, "folder" | "placed">,
  { name, onProgress }: ConvertOptions,
): Promise<ConversionSummary> {
  let done = 0;
  const total = images.length * (placed === null ? 1 : 2);
  const onImage = () => onProgress?.(++done, total);
  const rows = await inspectOriginals(images, onImage);
  return await withManifestLock(folder, async () => {
    const present = await readEarlierRows(folder);
    if (present && await isCurrent(placed, present, images)) { // another process has converted it by now
      return summarize(name, folder, present, true);
    }
    const counts = await store(rows, { images, earlier: present ?? [], folder, placed, onImage });
    return { ...summarize(name, folder, rows, false), placed: counts };
  });
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

/** What a conversion puts into place. */
interface CheckedImages {
  readonly images: readonly OriginalImage[];
  /** Rows of the manifest that is replaced. */
  readonly earlier: readonly ManifestRow[];
  readonly folder: string;
  /** See `isCurrent`. */
  readonly placed: string | null;
  readonly onImage: () => void;
}

async function store(
  rows: readonly ManifestRow[],
  { images, earlier, folder, placed, onImage }: CheckedImages,
): Promise<PlacedCounts | null> {
  await removeManifest(folder);
  let counts: PlacedCounts | null = null;
  if (placed !== null) {
    const kept = new Set(rows.map(({ imagePath }) => imagePath));
    await removeStaleImages(placed, earlier.map(({ imagePath }) => imagePath), kept);
    counts = await placeImages(images, placed, onImage);
  }
  await writeManifest(folder, rows);
  return counts;
}
