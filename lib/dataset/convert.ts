/**
 * Original files to a dataset that can be opened: lists checked, every image decoded, class folders, manifest.
 *
 * Invariants: (1) nothing is written before every check has passed; (2) the manifest is written last, and removed before
 * anything that it lists changes; so whatever interrupts a conversion, the next one finishes it; (3) one process converts a
 * dataset at a time, and a second one finds it converted.
 */

import { join } from "@std/path";
import { InputError } from "../errors.ts";
import { type FileState, isSameFileState, readFileStates } from "../file/file_state.ts";
import { KnownContents } from "../file/known_contents.ts";
import { type PlacedCounts, placeImages, removeStaleImages } from "./class_folders.ts";
import {
  type ConversionSummary,
  readEarlierRows,
  removeManifest,
  summarize,
} from "./conversion.ts";
import { convertPhotos } from "./convert_photos.ts";
import { checkCounts, countSplits } from "./counts.ts";
import { type ExpectedFile, findOtherContent } from "./current_files.ts";
import { type DatasetName, findDatasetOf } from "./datasets.ts";
import { readExpectedCounts } from "./expected_counts.ts";
import { type ManifestRow, withManifestLock, writeManifest } from "./manifest.ts";
import { datasetFolder, findChangedContent } from "./open_dataset.ts";
import { checkOriginals, type OriginalImage } from "./original.ts";
import { findOriginals } from "./find_originals.ts";
import { findOriginalFiles, type InspectedImages, inspectOriginals } from "./original_files.ts";
import type { Profile } from "./record.ts";
import { describeRemedy, originalFolder } from "./remedy.ts";
import type { Workspace } from "./workspace.ts";

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
  const { name, profile, dataRoot, onProgress } = options;
  const definition = findDatasetOf(profile, name);
  const folder = datasetFolder(dataRoot, profile, name);
  if (profile === "photos") return await convertPhotos({ ...options, definition, folder });
  const [earlier, known] = [await readEarlierRows(folder), await KnownContents.read(folder)];
  const remedy = describeRemedy(definition, options);
  const originals = await findOriginals(folder, definition);
  if (originals === null) {
    const change = earlier && await findChangedContent(folder, earlier, { known, onProgress });
    await known.save();
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
  checkCounts(countSplits(images), expected, originals, `convert ${name}`);
  const states = await findOriginalFiles(images, name, remedy);
  const work = { images, known, folder, placed: definition.isInPlace ? null : folder };
  if (earlier && await isCurrent(earlier, work, states, onProgress)) {
    await known.save();
    return summarize(name, folder, earlier, true);
  }
  return await carryOut(work, options, remedy);
}

/** What a conversion puts into place. */
interface Work {
  readonly images: readonly OriginalImage[];
  readonly known: KnownContents;
  readonly folder: string;
  /** Folder of the class folders, or `null` where images are used in place. */
  readonly placed: string | null;
}

async function carryOut(
  work: Work,
  { name, onProgress }: ConvertOptions,
  remedy: string,
): Promise<ConversionSummary> {
  const { images, folder, placed } = work;
  let done = 0;
  const total = images.length * (placed === null ? 1 : 2);
  const onImage = () => onProgress?.(++done, total);
  const inspected = await inspectOriginals(images, { onImage });
  return await withManifestLock(folder, async () => {
    const present = await readEarlierRows(folder);
    const states = await findOriginalFiles(images, name, remedy);
    if (present && await isCurrent(present, work, states, onProgress)) { // another process has converted it by now
      return summarize(name, folder, present, true);
    }
    const counts = await store(inspected.rows, present ?? [], work, onImage);
    await remember(work, inspected);
    return { ...summarize(name, folder, inspected.rows, false), placed: counts };
  });
}

/**
 * Whether a manifest lists the originals as they are, and every file that it lists is there, by their contents: sizes and
 * times can be those of other images.
 *
 * @param states Of the originals.
 */
async function isCurrent(
  rows: readonly ManifestRow[],
  { images, known, placed }: Work,
  states: readonly FileState[],
  onProgress: ConvertOptions["onProgress"],
): Promise<boolean> {
  const rowOf = new Map(rows.map((row) => [row.imagePath, row]));
  const isListed = images.every(({ imagePath, classId, split }, i) => {
    const row = rowOf.get(imagePath);
    return row?.classId === classId && row.split === split &&
      row.sizeBytes === states[i]!.sizeBytes;
  });
  if (!isListed || rows.length !== images.length) return false;
  const files: ExpectedFile[] = images.map(({ sourcePath, imagePath }, i) => (
    { path: sourcePath, state: states[i]!, sha256: rowOf.get(imagePath)!.sha256 }
  ));
  const placedPaths = placed === null ? [] : images.map(({ imagePath }) => join(placed, imagePath));
  for (const [i, state] of (await readFileStates(placedPaths)).entries()) {
    if (state?.sizeBytes !== states[i]!.sizeBytes) return false;
    if (isSameFileState(state, states[i]!)) continue;
    files.push({ path: placedPaths[i]!, state, sha256: files[i]!.sha256 });
  }
  return await findOtherContent(files, { known, onProgress }) === null;
}

/** Remembers what was read of the originals: hard links have changed the times of their entries, and nothing else. */
async function remember(
  { images, known }: Work,
  { contents }: InspectedImages,
): Promise<void> {
  const atMs = Date.now();
  const states = await readFileStates(images.map(({ sourcePath }) => sourcePath));
  for (const [i, content] of contents.entries()) {
    const state = states[i];
    const isAsRead = content && state && isSameFileState(content.state, state) &&
      content.state.sizeBytes === state.sizeBytes &&
      content.state.modifiedMs === state.modifiedMs;
    if (isAsRead) known.add(images[i]!.sourcePath, { state, atMs, sha256: content.sha256 });
  }
  await known.save();
}

async function store(
  rows: readonly ManifestRow[],
  earlier: readonly ManifestRow[],
  { images, folder, placed }: Work,
  onImage: () => void,
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
