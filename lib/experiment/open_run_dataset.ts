/** The dataset that a run stands on. */

import { openDataset } from "../dataset/open_dataset.ts";
import { isDatasetName } from "../dataset/datasets.ts";
import { openFolder } from "../dataset/open_folder.ts";
import type { Dataset } from "../dataset/record.ts";
import type { Workspace } from "../dataset/workspace.ts";
import { UsageError } from "../errors.ts";
import type { TrainConfig } from "../train/config.ts";

/**
 * Opens the dataset of a run: its class folders, or the converted dataset of its name.
 *
 * @throws {InputError} If the data is missing or damaged.
 * @throws {UsageError} If the run stands on class folders and they are not given.
 */
export async function openRunDataset(
  { dataset: name, profile }: Pick<TrainConfig, "dataset" | "profile">,
  { dataRoot, folders }: Pick<Workspace, "dataRoot" | "folders">,
): Promise<Dataset> {
  if (folders) return (await openFolder({ name, folders, dataRoot })).dataset;
  if (isDatasetName(name)) return await openDataset({ name, profile, dataRoot });
  throw new UsageError(
    `Cannot open dataset as class folders must be named by --train and --test: "${name}" is of class folders`,
  );
}
