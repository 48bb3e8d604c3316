/** Brings folders of results together: parts of an experiment that machines without a common file system made. */

import { join } from "@std/path";
import { InputError } from "../errors.ts";
import { runFolder } from "../experiment/run_folder.ts";
import { readWaitingRows } from "../experiment/run_rows.ts";
import { SWEEP_SCHEMA } from "../experiment/sweep/sweep_row.ts";
import { SETTING_KINDS } from "../dataset/setting.ts";
import { doesExist } from "../file/does_exist.ts";
import type { CsvSchema } from "../results/rows/columns.ts";
import { readCsv } from "../results/rows/csv_store.ts";
import { EXTERNAL_SCHEMA } from "../results/rows/external_row.ts";
import { FROZEN_SCHEMA } from "../results/rows/frozen_row.ts";
import { EVAL_SCHEMA, RESULT_SCHEMA, type ResultRow } from "../results/rows/row.ts";
import { readRunRecord } from "../results/rows/run_record.ts";
import { collectRows, type Origin } from "./collect_rows.ts";
import { copyRun, isCopied } from "./copy_run.ts";

/** What was brought together. */
export interface MergeSummary {
  /** Rows that were not there before. */
  readonly rowCount: number;
  /** Runs whose files were copied. */
  readonly runCount: number;
}

/** Files of rows beside those of the settings. */
const OTHER_FILES = ["eval", "frozen", "external", "sweep"] as const;

/**
 * Brings the rows of folders into one, and the files of their runs. Nothing is written before all rows are known to agree, and
 * those of a run with what it left. Rows are stored last: then a run is done.
 *
 * @param folders Folders of results; left as they are.
 * @param target Folder of results, made if need be.
 * @throws {InputError} If two rows of one key have different metrics: both are named. If a run's file is not what its list of
 * checksums or its rows say.
 */
export async function mergeResults(
  folders: readonly string[],
  target: string,
): Promise<MergeSummary> {
  for (const folder of folders) await requireResults(folder);
  const collect = <Row>(
    name: string,
    schema: CsvSchema<Row>,
    readAll = (folder: string) => readCsv(join(folder, `${name}.csv`), schema),
  ) => collectRows({ name, schema, readAll, folders, target });
  const settings = await Promise.all(
    SETTING_KINDS.map((kind) =>
      collect(kind, RESULT_SCHEMA, (folder) => readSetting(folder, kind))
    ),
  );
  const evaluated = await collect("eval", EVAL_SCHEMA);
  const others = [
    evaluated,
    await collect("frozen", FROZEN_SCHEMA),
    await collect("external", EXTERNAL_SCHEMA),
    await collect("sweep", SWEEP_SCHEMA),
  ];
  const sources = await findSources(settings.flatMap(({ origins }) => origins), folders, target);
  for (const { row, folder } of evaluated.origins) { // weights may be evaluated that have no rows
    if (folder !== target && !sources.has(row.run_id)) sources.set(row.run_id, folder);
  }
  let runCount = 0;
  for (const [runId, folder] of sources) {
    if (await copyRun(runFolder(folder, runId).path, runFolder(target, runId).path)) runCount++;
  }
  const all = [...settings, ...others];
  for (const { store } of all) await store();
  return { rowCount: all.reduce((sum, { newCount }) => sum + newCount, 0), runCount };
}

async function requireResults(folder: string): Promise<void> {
  const fail = (rule: string): never => {
    throw new InputError(`${folder}: Cannot merge results as each folder must ${rule}`);
  };
  if (!await doesExist(folder)) fail("exist: it does not");
  if (!(await Deno.stat(folder)).isDirectory) fail("be one: it is a file");
  for (const name of [...SETTING_KINDS, ...OTHER_FILES]) {
    if (await doesExist(join(folder, `${name}.csv`))) return;
  }
  if ((await readWaitingRows(folder)).size > 0) return;
  fail("have rows, full.csv for example: it has none");
}

/**
 * Where the files of each run are copied from: the folder that its rows are from, or the first that has files which agree with
 * them. Left out are runs that the target has whole, and those that no folder has files of.
 *
 * @throws {InputError} If there are files and none agree.
 */
async function findSources(
  origins: readonly Origin<ResultRow>[],
  folders: readonly string[],
  target: string,
): Promise<Map<string, string>> {
  const sources = new Map<string, string>();
  for (const [runId, own] of Map.groupBy(origins, ({ row }) => row.run_id)) {
    if (await isCopied(runFolder(target, runId).path)) continue;
    const first = own.map(({ folder }) => folder).filter((folder) => folder !== target);
    const source = await findSource(own.map(({ row }) => row), [
      ...new Set([...first, ...folders]),
    ]);
    if (source !== null) sources.set(runId, source);
  }
  return sources;
}

async function findSource(
  rows: readonly ResultRow[],
  folders: readonly string[],
): Promise<string | null> {
  let fault: InputError | null = null;
  for (const folder of folders) {
    if (!await doesExist(runFolder(folder, rows[0]!.run_id).path)) continue;
    try {
      await readRunRecord(folder, rows);
      return folder;
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      fault ??= error;
    }
  }
  if (fault) throw fault;
  return null;
}

async function readSetting(folder: string, setting: ResultRow["setting"]): Promise<ResultRow[]> {
  const waiting = [...(await readWaitingRows(folder)).values()].flat()
    .filter((row) => row.setting === setting);
  const stored = await readCsv(join(folder, `${setting}.csv`), RESULT_SCHEMA); // last: they may be gathered meanwhile
  const isWaiting = new Set(waiting.map(RESULT_SCHEMA.key));
  return [...stored.filter((row) => !isWaiting.has(RESULT_SCHEMA.key(row))), ...waiting];
}
