/** The flags of class folders as a dataset. */

import { basename } from "@std/path";
import { DATASET_NAMES, isDatasetName } from "../../lib/dataset/datasets.ts";
import type { ClassFolders } from "../../lib/dataset/workspace.ts";
import { UsageError } from "../../lib/errors.ts";
import { isPlainName, PLAIN_NAME_RULE } from "../../lib/plain_name.ts";
import type { Flag, Flags } from "./flags.ts";
import { readDataset } from "./shared_flags.ts";

/** What `--dataset` says of class folders. */
export const FOLDER_DATASET = "folder";

/** What `--dataset` takes where class folders will do: the published datasets and `folder`. */
export const DATASETS_AND_FOLDER = [...DATASET_NAMES, FOLDER_DATASET] as const;
/** One of them. */
export type DatasetOrFolder = typeof DATASETS_AND_FOLDER[number];

/** Where the class folders are. */
export const FOLDER_FLAGS: readonly Flag[] = [
  { name: "train", value: "DIR", help: "Folder of class folders to train on (--dataset folder)." },
  { name: "test", value: "DIR", help: "Folder of class folders to evaluate on." },
  { name: "gallery", value: "DIR", help: "Folder of class folders that --test is looked up in." },
  { name: "name", value: "NAME", help: "Name of the dataset in results; default that of --train." },
];

/**
 * Reads `--train`, `--test` and `--gallery`.
 *
 * @returns `undefined` if none is given.
 * @throws {UsageError} If one of the first two is missing.
 */
export function readFolders(flags: Flags): ClassFolders | undefined {
  const [train, test, gallery] = ["train", "test", "gallery"].map((name) => flags.text(name));
  if (train === undefined && test === undefined && gallery === undefined) return undefined;
  if (train !== undefined && test !== undefined) return { train, test, gallery };
  const missing = train === undefined ? "train" : "test";
  throw new UsageError(
    `Cannot use class folders as --train and --test must be given: --${missing} is missing`,
  );
}

/**
 * Reads `--name`, which runs and tables call the dataset.
 *
 * @throws {UsageError} If it is the name of another dataset or cannot be part of a run's id.
 */
export function readFolderName(flags: Flags, { train }: ClassFolders): string {
  const name = flags.text("name") ?? basename(train);
  if (isPlainName(name) && !isDatasetName(name)) return name;
  throw new UsageError(
    `Cannot use --name as it must be ${PLAIN_NAME_RULE}, and none of ` +
      `${DATASET_NAMES.join(", ")}: it is "${name}"`,
  );
}

/** A dataset by its name, or class folders and the name that results call them. */
export interface DatasetChoice {
  readonly name: string;
  readonly folders?: ClassFolders;
}

/**
 * Reads `--dataset` and `FOLDER_FLAGS`.
 *
 * @param names What `--dataset` may be.
 * @throws {UsageError} If class folders and `--dataset folder` are not given together.
 */
export function readDatasetOrFolders(
  flags: Flags,
  names: readonly DatasetOrFolder[] = DATASETS_AND_FOLDER,
): DatasetChoice {
  const dataset = readDataset(flags, names);
  const folders = readFolders(flags);
  if ((dataset === FOLDER_DATASET) !== (folders !== undefined)) {
    throw new UsageError(
      "Cannot use class folders as --dataset folder and --train DIR --test DIR must be given together: " +
        (folders ? `--dataset is ${dataset}` : "--train and --test are missing"),
    );
  }
  if (folders) return { name: readFolderName(flags, folders), folders };
  if (flags.text("name") === undefined) return { name: dataset };
  throw new UsageError(
    `Cannot use --name as it is of --dataset folder alone: --dataset is ${dataset}`,
  );
}
