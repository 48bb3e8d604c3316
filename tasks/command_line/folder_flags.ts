/** The flags of class folders as a dataset. */

import { basename } from "@std/path";
import { DATASET_NAMES, isDatasetName } from "../../lib/dataset/datasets.ts";
import type { ClassFolders } from "../../lib/dataset/workspace.ts";
import { UsageError } from "../../lib/errors.ts";
import { isPlainName, PLAIN_NAME_RULE } from "../../lib/plain_name.ts";
import type { Flag, Flags } from "./flags.ts";

/** What `--dataset` says of class folders. */
export const FOLDER_DATASET = "folder";

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
