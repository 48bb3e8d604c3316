/** Everything that the report is made of, read from a folder of results. */

import { join } from "@std/path";
import type { RunRecord } from "../results/rows/run_record.ts";
import type { ResultRow } from "../results/rows/row.ts";
import { readTableInputs } from "../results/tables/build_tables.ts";
import { type AllTables, buildAllTables } from "../results/tables/table_files.ts";
import { readRunView, type RunView, VIEW_FILE } from "./model_view.ts";

/** One run and its files. */
export interface ReportRun extends RunRecord {
  readonly runId: string;
  /** Of its selections, in the order of tables. */
  readonly rows: readonly ResultRow[];
  /** Look into it; `null` where none was made. */
  readonly view: RunView | null;
}

/** Everything that the report is made of. */
export interface ReportData {
  /** In the order of tables. */
  readonly runs: readonly ReportRun[];
  readonly tables: AllTables;
  /** Whether pictures of images may be in the page. */
  readonly hasImages: boolean;
}

/**
 * Reads a folder of results.
 *
 * @throws {InputError} If a file cannot be parsed.
 */
export async function readReportData(resultsRoot: string, hasImages: boolean): Promise<ReportData> {
  const { rows, records, beside } = await readTableInputs(resultsRoot);
  const tables = buildAllTables(rows, beside);
  const groups = Map.groupBy(tables.sorted, ({ run_id }) => run_id);
  const runs: ReportRun[] = [];
  for (const [runId, rows] of groups) {
    const folder = join(resultsRoot, "runs", runId);
    runs.push({
      runId,
      rows,
      ...records.get(runId)!,
      view: await readRunView(join(folder, VIEW_FILE), runId),
    });
  }
  return { runs, tables, hasImages };
}
