/** Class folders, opened with progress, and what they hold: what every task that works on such folders says of them. */

import { countSplits, describeCounts } from "../../lib/dataset/counts.ts";
import { openFolder } from "../../lib/dataset/open_folder.ts";
import { type Dataset, recordsOf } from "../../lib/dataset/record.ts";
import type { ClassFolders } from "../../lib/dataset/workspace.ts";
import { describeSkipped } from "../../lib/file/list_files.ts";
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
    console.log(`${name}: ${describeCounts(countSplits(recordsOf(dataset)))}${note}`);
    return dataset;
  } finally {
    progress.stop();
  }
}
