/** The dataset that a run stands on. */

import { openDataset } from "../dataset/open_dataset.ts";
import { type ClassFolders, openFolder } from "../dataset/open_folder.ts";
import { type Dataset, DATASET_NAMES } from "../dataset/record.ts";
import { UsageError } from "../errors.ts";
import { readImageInfo } from "../image/verify.ts";
import type { TrainConfig } from "../train/config.ts";

/** Where a run's data is. */
export interface RunData {
  readonly dataRoot: string;
  /** Class folders that the run stands on, instead of a converted dataset. */
  readonly folders?: ClassFolders;
}

/**
 * Opens the dataset of a run: its class folders, or the converted dataset of its name.
 *
 * @throws {InputError} If the data is missing or damaged.
 * @throws {UsageError} If the run stands on class folders and they are not given.
 */
export async function openRunDataset(
  { dataset: name, profile }: Pick<TrainConfig, "dataset" | "profile">,
  { dataRoot, folders }: RunData,
): Promise<Dataset> {
  if (folders) return await openFolder({ name, folders, dataRoot, readImageInfo });
  if (DATASET_NAMES.some((known) => known === name)) {
    return await openDataset({ name, profile, dataRoot });
  }
  throw new UsageError(
    `Cannot open dataset as class folders must be named by --train and --test: "${name}" is of class folders`,
  );
}
