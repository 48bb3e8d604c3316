/**
 * The rows of one run in a file of its own, `runs/<run id>/rows.csv`, until they are gathered into `full.csv`, `partial.csv`
 * and `imbalance.csv`. For many machines that write to one folder: each writes files that no other writes, so nothing depends
 * on locks of files, which network file systems may not have.
 */

import { join } from "@std/path";
import { InputError } from "../errors.ts";
import { writeFileAtomic } from "../file/atomic_write.ts";
import { withFileLock } from "../file/file_lock.ts";
import { removeIfThere } from "../file/remove_if_there.ts";
import { upsertRows } from "../results/rows/csv_store.ts";
import { formatCsv } from "../results/rows/csv_text.ts";
import { readRows, RESULT_SCHEMA, type ResultRow } from "../results/rows/row.ts";
import { listRunFolders, RUNS_FOLDER } from "./run_folder.ts";

/** Name of the file in the folder of a run. */
export const RUN_ROWS_FILE = "rows.csv";

/** Stores the rows of a run in its folder, which must exist. */
export async function storeRunRows(folder: string, rows: readonly ResultRow[]): Promise<void> {
  await writeFileAtomic(join(folder, RUN_ROWS_FILE), formatCsv(rows, RESULT_SCHEMA));
}

/**
 * Rows that wait in the folders of runs.
 *
 * @returns By the path of their file, sorted.
 * @throws {InputError} If a file cannot be parsed or has the row of another run.
 */
export async function readWaitingRows(
  resultsRoot: string,
): Promise<Map<string, readonly ResultRow[]>> {
  const waiting = new Map<string, readonly ResultRow[]>();
  for (const name of await listRunFolders(resultsRoot) ?? []) {
    const path = join(resultsRoot, RUNS_FOLDER, name, RUN_ROWS_FILE);
    const rows = await readRows(path);
    const wrong = rows.find(({ run_id }) => run_id !== name);
    if (wrong) {
      throw new InputError(
        `${path}: Cannot use rows as all must be of the folder's run: they are of ${wrong.run_id}`,
      );
    }
    if (rows.length > 0) waiting.set(path, rows);
  }
  return waiting;
}

/**
 * Moves the rows that wait into the files of their settings.
 *
 * A file is removed once its rows are stored; whatever interrupts this, they are in one place or in both. One process gathers
 * at a time: a second one could bring back rows that a run has replaced meanwhile.
 *
 * @returns How many runs they were of.
 * @throws {InputError} If a file cannot be parsed or written.
 */
export async function gatherRows(resultsRoot: string): Promise<number> {
  if ((await readWaitingRows(resultsRoot)).size === 0) return 0;
  return await withFileLock(join(resultsRoot, RUN_ROWS_FILE), async () => {
    const waiting = await readWaitingRows(resultsRoot);
    const bySetting = Map.groupBy([...waiting.values()].flat(), ({ setting }) => setting);
    for (const [setting, rows] of bySetting) {
      await upsertRows(join(resultsRoot, `${setting}.csv`), RESULT_SCHEMA, rows);
    }
    for (const path of waiting.keys()) await removeIfThere(path); // its run may have begun again
    return waiting.size;
  });
}
