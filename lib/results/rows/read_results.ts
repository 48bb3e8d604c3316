/** All rows of a folder of results. */

import { join } from "@std/path";
import { SETTING_KINDS } from "../../dataset/setting.ts";
import { InputError } from "../../errors.ts";
import { readRows, type ResultRow } from "./row.ts";

/**
 * Reads `full.csv`, `partial.csv` and `imbalance.csv`, as far as they are there.
 *
 * @throws {InputError} With the path, if a file cannot be parsed or has a row of another setting.
 */
export async function readResults(resultsRoot: string): Promise<ResultRow[]> {
  const rows: ResultRow[] = [];
  for (const kind of SETTING_KINDS) {
    const path = join(resultsRoot, `${kind}.csv`);
    const stored = await readRows(path);
    const wrong = stored.find(({ setting }) => setting !== kind);
    if (wrong) {
      throw new InputError(
        `${path}: Cannot use results as all must be of setting ${kind}: ${wrong.run_id} is of ${wrong.setting}`,
      );
    }
    rows.push(...stored);
  }
  return rows;
}
