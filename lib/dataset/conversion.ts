/** What a conversion begins and ends with, whichever way images come into class folders. */

import { explainWriteError } from "../file/atomic_write.ts";
import { InputError } from "../errors.ts";
import type { PlacedCounts } from "./class_folders.ts";
import { countSplits, type DatasetCounts } from "./counts.ts";
import type { DatasetName } from "./datasets.ts";
import { compareRows, manifestPath, type ManifestRow, readManifest } from "./manifest.ts";
import type { Split } from "./record.ts";

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
  /** How images came into class folders; `null` where they are used in place, made, or were there already. */
  readonly placed: PlacedCounts | null;
  /** Profile `photos`: the zip file or folder that the images were made of. */
  readonly madeOf?: string;
  /** Sorted by split and class: the rows of `results/convert/<dataset>.csv`. */
  readonly classes: readonly ConvertedClass[];
}

/**
 * Rows of an earlier conversion; `null` where there is none or its manifest is damaged.
 *
 * @param folder Folder of the dataset.
 */
export async function readEarlierRows(folder: string): Promise<readonly ManifestRow[] | null> {
  try {
    return (await readManifest(folder))?.rows ?? null;
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}

/**
 * Removes the manifest, before anything that it lists changes.
 *
 * @throws {InputError} If the folder cannot be written.
 */
export async function removeManifest(folder: string): Promise<void> {
  const path = manifestPath(folder);
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw explainWriteError(error, path);
  }
}

/** The summary of a conversion that ended with these rows. */
export function summarize(
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
