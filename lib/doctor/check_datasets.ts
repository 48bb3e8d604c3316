/** The datasets that are there, and how far. */

import { countSplits, type DatasetCounts } from "../dataset/counts.ts";
import { countsOf, type DatasetName, datasetsOfProfile, findDataset } from "../dataset/datasets.ts";
import { type ManifestRow, readManifest } from "../dataset/manifest.ts";
import { findPhotoSource } from "../dataset/find_photo_source.ts";
import { datasetFolder, findChangedFile } from "../dataset/open_dataset.ts";
import { type Profile, PROFILES } from "../dataset/record.ts";

/** One dataset of one profile. */
export interface DatasetReport {
  readonly name: DatasetName;
  readonly profile: Profile;
  readonly folder: string;
  /**
   * `missing`: no folder; `original`: files that are not converted; `converted`: a manifest; `damaged`: a manifest that
   * cannot be read, files that are not as it has them, or counts that are not the published ones.
   */
  readonly state: "missing" | "original" | "converted" | "damaged";
  /** Of the manifest; empty without one. */
  readonly counts: DatasetCounts;
  /** What is wrong, in one line, or `null`. */
  readonly problem: string | null;
}

/** Looks at every dataset of every profile. Never rejects. */
export function checkDatasets(dataRoot: string): Promise<DatasetReport[]> {
  return Promise.all(
    PROFILES.flatMap((profile) =>
      datasetsOfProfile(profile).map((name) => checkDataset(name, profile, dataRoot))
    ),
  );
}

async function checkDataset(
  name: DatasetName,
  profile: Profile,
  dataRoot: string,
): Promise<DatasetReport> {
  const folder = datasetFolder(dataRoot, profile, name);
  const report = { name, profile, folder, counts: {}, problem: null };
  try {
    const manifest = await readManifest(folder);
    if (!manifest) {
      const isThere = await hasFiles(folder) ||
        profile === "photos" && await findPhotoSource(dataRoot, findDataset(name)) !== null;
      return { ...report, state: isThere ? "original" : "missing" };
    }
    const counts = countSplits(manifest.rows);
    const expected = countsOf(findDataset(name), profile);
    const problem = expected && describeDifference(counts, expected);
    const found = problem ?? await describeChange(name, folder, manifest.rows);
    return { ...report, counts, problem: found, state: found ? "damaged" : "converted" };
  } catch (error) {
    return { ...report, state: "damaged", problem: (error as Error).message.split("\n")[0]! };
  }
}

async function hasFiles(folder: string): Promise<boolean> {
  try {
    for await (const _ of Deno.readDir(folder)) return true;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return false;
}

/** What of its files is not as the manifest has it, by their sizes. */
async function describeChange(
  name: DatasetName,
  folder: string,
  rows: readonly ManifestRow[],
): Promise<string | null> {
  const images = await findDataset(name).findImages?.(folder) ?? folder;
  const change = await findChangedFile(images, rows);
  return change && `${change.path}: ${change.rule}`;
}

function describeDifference(counts: DatasetCounts, expected: DatasetCounts): string | null {
  const [is, must] = [formatCounts(counts), formatCounts(expected)];
  return is === must ? null : `it has ${is}, published are ${must}`;
}

/** `train 288 of 24, test 192 of 16`: images of classes. */
export function formatCounts(counts: DatasetCounts): string {
  return Object.entries(counts)
    .map(([split, { imageCount, classCount }]) => `${split} ${imageCount} of ${classCount}`)
    .join(", ");
}
