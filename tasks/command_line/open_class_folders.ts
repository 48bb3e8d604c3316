/** Class folders, opened with progress, and what they hold: what every task that works on such folders says of them. */

import { describeCopies } from "../../lib/dataset/copies.ts";
import { countSplits, describeCounts } from "../../lib/dataset/counts.ts";
import { openFolder } from "../../lib/dataset/open_folder.ts";
import { type Dataset, recordsOf } from "../../lib/dataset/record.ts";
import type { ClassFolders } from "../../lib/dataset/workspace.ts";
import { describeSkipped } from "../../lib/file/list_files.ts";
import { InputError } from "../../lib/errors.ts";
import { countInSets } from "../../lib/experiment/count_in_sets.ts";
import { printNothingToFind } from "./print_metrics.ts";
import { openProgress } from "./progress.ts";

/**
 * Decodes what was not decoded before, so that nothing that follows need do it, and says how many images of how many classes
 * there are and how many files were skipped.
 *
 * @throws {InputError} If a folder cannot be opened.
 */
export async function openClassFolders(
  name: string,
  folders: ClassFolders,
  dataRoot: string,
): Promise<Dataset> {
  const progress = openProgress(`verify ${name}`);
  try {
    const { dataset, skipped } = await openFolder({
      name,
      folders,
      dataRoot,
      onProgress: (done, total) => progress.update(done, total),
    });
    const note = skipped.count > 0 ? `; ${describeSkipped(skipped)}` : "";
    const records = recordsOf(dataset);
    console.log(`${name}: ${describeCounts(countSplits(records))}${note}`);
    const copies = describeCopies(records);
    if (copies !== null) console.log(`${name}: ${copies}`);
    return dataset;
  } finally {
    progress.stop();
  }
}

/**
 * Says how many queries of a test set no network could serve, before anything is trained for it.
 *
 * @throws {InputError} If there is nothing to find for any of them.
 */
export function checkQueries({ name, evaluation }: Dataset, protocols: Iterable<string>): void {
  const found = countInSets(evaluation);
  if (found.count === found.queryCount) {
    const remedy = evaluation.kind === "self"
      ? "a class folder of --test needs two images"
      : "class folders of --test and --gallery need names in common";
    throw new InputError(
      `Cannot evaluate on ${name} as a query must have an image of its class to find: it is so for 0 of ` +
        `${found.queryCount}; ${remedy}`,
    );
  }
  for (const protocol of new Set(protocols)) printNothingToFind(found, protocol);
}
