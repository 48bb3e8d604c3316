/**
 * Profile `photos`: a part of the published photographs, made small, in class folders with a manifest.
 *
 * Both roads, the zip file of made images and the published files, end in the same folders, names and counts. Images made
 * here differ from those of the zip file by what two encoders differ, so the data hashes differ, too.
 */

import { dirname, join } from "@std/path";
import { makeFolder, writeFileAtomic } from "../file/atomic_write.ts";
import type { ByteSource } from "../file/byte_source.ts";
import { InputError } from "../errors.ts";
import { hashBytes } from "../file/hash.ts";
import { KnownContents } from "../file/known_contents.ts";
import { mapConcurrent } from "../map_concurrent.ts";
import { removeStaleImages } from "./class_folders.ts";
import {
  type ConversionSummary,
  readEarlierRows,
  removeManifest,
  summarize,
} from "./conversion.ts";
import { checkCounts, countSplits } from "./counts.ts";
import type { DatasetName } from "./datasets.ts";
import type { DatasetDefinition } from "./definition.ts";
import { findPhotoSource, type PhotoSource } from "./find_photo_source.ts";
import { type ManifestRow, withManifestLock, writeManifest } from "./manifest.ts";
import { findChangedContent } from "./open_dataset.ts";
import { checkOriginals } from "./original.ts";
import { findOriginalFiles, inspectOriginals } from "./original_files.ts";
import { listPhotosOfZip, openPhotoZip, type PhotoFile, shrinkPhotos } from "./photo_files.ts";
import { describeRemedy } from "./remedy.ts";

/** Images in memory at a time. */
const LIMIT = 8;

/** What to make, and where. */
export interface ConvertPhotosOptions {
  readonly definition: DatasetDefinition<DatasetName>;
  readonly dataRoot: string;
  /** Folder of the dataset in profile `photos`. */
  readonly folder: string;
  /** Told of the steps done so far, and of how many there are. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Makes the small photographs of a dataset; does nothing where they are there.
 *
 * Where the zip file lies, they must be its own to the last bit; what was made of published files before is made again then.
 *
 * @throws {InputError} If there is nothing to make them of, it is damaged or not as published, or the folder cannot be written.
 */
export async function convertPhotos(options: ConvertPhotosOptions): Promise<ConversionSummary> {
  const { definition, dataRoot, folder } = options;
  const [earlier, known] = [await readEarlierRows(folder), await KnownContents.read(folder)];
  const isWhole = earlier !== null && await isAsListed(earlier, known, options);
  if (isWhole) await known.save();
  const source = await findPhotoSource(dataRoot, definition);
  if (source === null) {
    if (isWhole) return summarize(definition.name, folder, earlier, true);
    const archive = join(dataRoot, "photos", definition.photos!.archive);
    throw new InputError(
      `${archive}: Cannot convert ${definition.name} as photographs must be made of it or of published files: ` +
        `both are missing; ${describeRemedy(definition, { profile: "photos", dataRoot })}`,
    );
  }
  using zip = source.kind === "archive" ? openPhotoZip(source.path) : null;
  const photos = await listPhotos(source, zip, options);
  if (isWhole && await isCurrent(earlier, photos, source)) {
    return summarize(definition.name, folder, earlier, true);
  }
  return await withManifestLock(folder, async () => {
    const present = await readEarlierRows(folder);
    const isMade = present !== null && await isAsListed(present, known, options) &&
      await isCurrent(present, photos, source); // by another process, by now
    if (isMade) return summarize(definition.name, folder, present, true);
    const rows = await carryOut(photos, present ?? [], options);
    return { ...summarize(definition.name, folder, rows, false), madeOf: source.path };
  });
}

async function isAsListed(
  rows: readonly ManifestRow[],
  known: KnownContents,
  { definition: { photos }, folder, onProgress }: ConvertPhotosOptions,
): Promise<boolean> {
  return JSON.stringify(countSplits(rows)) === JSON.stringify(photos!.counts) &&
    await findChangedContent(folder, rows, { known, onProgress }) === null;
}

async function listPhotos(
  { path }: PhotoSource,
  zip: ByteSource | null,
  { definition, dataRoot }: ConvertPhotosOptions,
): Promise<PhotoFile[]> {
  const { name, photos } = definition;
  const remedy = describeRemedy(definition, { profile: "photos", dataRoot });
  const listed = zip
    ? listPhotosOfZip(zip)
    : shrinkPhotos(await photos!.read({ folder: path, remedy }));
  checkOriginals(listed);
  checkCounts(countSplits(listed), photos!.counts, path, `convert ${name}`);
  if (!zip) await findOriginalFiles(listed, name, remedy);
  return listed;
}

/** Whether a manifest lists these photographs; those of a zip file are compared by their contents. */
async function isCurrent(
  rows: readonly ManifestRow[],
  photos: readonly PhotoFile[],
  { kind }: PhotoSource,
): Promise<boolean> {
  const rowOf = new Map(rows.map((row) => [row.imagePath, row]));
  const isSame = await mapConcurrent(photos, LIMIT, async ({ imagePath, classId, load }) => {
    const row = rowOf.get(imagePath);
    if (row?.classId !== classId) return false;
    return kind === "published" || hashBytes(await load()) === row.sha256;
  });
  return isSame.every(Boolean);
}

async function carryOut(
  photos: readonly PhotoFile[],
  earlier: readonly ManifestRow[],
  { folder, onProgress }: ConvertPhotosOptions,
): Promise<readonly ManifestRow[]> {
  let done = 0;
  const onImage = () => onProgress?.(++done, 2 * photos.length);
  await removeManifest(folder);
  const kept = new Set(photos.map(({ imagePath }) => imagePath));
  await removeStaleImages(folder, earlier.map(({ imagePath }) => imagePath), kept);
  const classFolders = new Set(photos.map(({ imagePath }) => dirname(imagePath)));
  for (const path of classFolders) await makeFolder(join(folder, path));
  await mapConcurrent(photos, LIMIT, async ({ imagePath, load }) => {
    await writeFileAtomic(join(folder, imagePath), await load());
    onImage();
  });
  const placed = photos.map((photo) => ({ ...photo, sourcePath: join(folder, photo.imagePath) }));
  const { rows } = await inspectOriginals(placed, { onImage });
  await writeManifest(folder, rows);
  return rows;
}
