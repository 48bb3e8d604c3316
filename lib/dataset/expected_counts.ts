/** The counts that a conversion must meet. */

import { join } from "@std/path";
import {
  type DatasetCounts,
  EXPECTED_COUNTS_FILE,
  parseExpectedCounts,
  splitsOf,
} from "./counts.ts";
import { countsOf } from "./datasets.ts";
import type { DatasetDefinition } from "./definition.ts";
import { readList } from "./list_file.ts";
import type { Profile } from "./record.ts";
import { describeRemedy } from "./remedy.ts";

/**
 * The published counts for profile `paper`; for `mini`, those of `expected_counts.json`.
 *
 * @param originalFolder Folder of a miniature's `expected_counts.json`.
 * @throws {InputError} If a miniature's file is missing or wrong.
 */
export async function readExpectedCounts(
  dataset: DatasetDefinition,
  options: { readonly profile: Profile; readonly dataRoot: string },
  originalFolder: string,
): Promise<DatasetCounts> {
  const counts = countsOf(dataset, options.profile);
  if (counts) return counts;
  const path = join(originalFolder, EXPECTED_COUNTS_FILE);
  const text = await readList(path, describeRemedy(dataset, options));
  return parseExpectedCounts(text, path, splitsOf(dataset.counts));
}
