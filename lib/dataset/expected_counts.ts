/** The counts that a conversion must meet. */

import { join } from "@std/path";
import {
  type DatasetCounts,
  EXPECTED_COUNTS_FILE,
  parseExpectedCounts,
  PUBLISHED_COUNTS,
} from "./counts.ts";
import { readList } from "./list_file.ts";
import { describeRemedy } from "./published_files.ts";
import type { DatasetName, Profile } from "./record.ts";

/**
 * The published counts for profile `paper`; for `mini`, those of `expected_counts.json`.
 *
 * @param originalFolder Folder of a miniature's `expected_counts.json`.
 * @throws {InputError} If a miniature's file is missing or wrong.
 */
export async function readExpectedCounts(
  name: DatasetName,
  profile: Profile,
  originalFolder: string,
): Promise<DatasetCounts> {
  if (profile === "paper") return PUBLISHED_COUNTS[name];
  const path = join(originalFolder, EXPECTED_COUNTS_FILE);
  return parseExpectedCounts(await readList(path, describeRemedy(name, profile)), path, name);
}
