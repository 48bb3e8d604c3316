/** Brings folders of results together: parts of an experiment that machines without a common file system made. */

import { join } from "@std/path";
import { InputError } from "../errors.ts";
import { runFolder } from "../experiment/run_folder.ts";
import { readWaitingRows } from "../experiment/run_rows.ts";
import { SETTING_KINDS } from "../dataset/setting.ts";
import type { AnyRow, CsvSchema } from "../results/rows/columns.ts";
import { readCsv, upsertRows } from "../results/rows/csv_store.ts";
import { EXTERNAL_SCHEMA } from "../results/rows/external_row.ts";
import { FROZEN_SCHEMA } from "../results/rows/frozen_row.ts";
import { EVAL_SCHEMA, METRIC_COLUMNS, RESULT_SCHEMA, type ResultRow } from "../results/rows/row.ts";
import { copyRun } from "./copy_run.ts";

/** What rows of one key must agree in: what was measured, on what. When and where it was measured may differ. */
const MEASURED = [
  ...METRIC_COLUMNS.map(({ name }) => name as string),
  "epoch",
  "query_count",
  "left_out_count",
  "data_hash",
];

/** A row and the folder of results that it is from. */
interface Origin<Row> {
  readonly row: Row;
  readonly folder: string;
}

/** What was brought together. */
export interface MergeSummary {
  /** Rows that were not there before. */
  readonly rowCount: number;
  /** Runs whose files were copied. */
  readonly runCount: number;
}

/** The files of rows, each with its schema and the way to read all rows of a folder that belong into it. */
function listKinds() {
  const plain = <Row>(name: string, schema: CsvSchema<Row>) =>
    kind(name, schema, (folder) => readCsv(join(folder, `${name}.csv`), schema));
  return [
    ...SETTING_KINDS.map((setting) =>
      kind(setting, RESULT_SCHEMA, (folder) => readSetting(folder, setting))
    ),
    plain("eval", EVAL_SCHEMA),
    plain("frozen", FROZEN_SCHEMA),
    plain("external", EXTERNAL_SCHEMA),
  ];
}

/**
 * Brings the rows of folders into one, and the files of their runs. Nothing is written before all rows are known to agree.
 *
 * @param folders Folders of results; left as they are.
 * @param target Folder of results, made if need be.
 * @throws {InputError} If two rows of one key have different metrics: both are named. If a run's file is not what its list of
 * checksums says.
 */
export async function mergeResults(
  folders: readonly string[],
  target: string,
): Promise<MergeSummary> {
  for (const folder of folders) await requireResults(folder);
  const kinds = await Promise.all(listKinds().map((kind) => kind.collect(folders, target)));
  const runs = kinds.flatMap(({ runs }) => runs);
  let runCount = 0;
  for (const [runId, folder] of new Map(runs)) {
    if (await copyRun(runFolder(folder, runId).path, runFolder(target, runId).path)) runCount++;
  }
  for (const { store } of kinds) await store();
  return { rowCount: kinds.reduce((sum, { newCount }) => sum + newCount, 0), runCount };
}

async function requireResults(folder: string): Promise<void> {
  for (const name of [...SETTING_KINDS, "eval", "frozen", "external"]) {
    if (await Deno.stat(join(folder, `${name}.csv`)).then(() => true, () => false)) return;
  }
  if ((await readWaitingRows(folder)).size > 0) return;
  throw new InputError(
    `${folder}: Cannot merge results as each folder must have rows, full.csv for example: it has none`,
  );
}

/** One file of rows: what of it is new, the runs that folders have and where, and the way to store it. Rows are stored last: then a run is done. */
function kind<Row>(
  name: string,
  schema: CsvSchema<Row>,
  readAll: (folder: string) => Promise<readonly Row[]>,
) {
  return {
    async collect(folders: readonly string[], target: string) {
      const known = new Map<string, Origin<Row>>();
      for (const row of await readAll(target)) known.set(schema.key(row), { row, folder: target });
      const added: Origin<Row>[] = [];
      const runs: [string, string][] = [];
      for (const folder of folders) {
        for (const row of await readAll(folder)) {
          if (schema.columns === RESULT_SCHEMA.columns) {
            runs.push([(row as ResultRow).run_id, folder]);
          }
          const earlier = known.get(schema.key(row));
          if (earlier) requireAgreement(schema.key(row), earlier, { row, folder });
          else {
            known.set(schema.key(row), { row, folder });
            added.push({ row, folder });
          }
        }
      }
      const rows = added.map(({ row }) => row);
      return {
        newCount: rows.length,
        runs,
        async store() {
          if (rows.length > 0) await upsertRows(join(target, `${name}.csv`), schema, rows);
        },
      };
    },
  };
}

async function readSetting(folder: string, setting: ResultRow["setting"]): Promise<ResultRow[]> {
  const waiting = [...(await readWaitingRows(folder)).values()].flat()
    .filter((row) => row.setting === setting);
  const stored = await readCsv(join(folder, `${setting}.csv`), RESULT_SCHEMA); // last: they may be gathered meanwhile
  const isWaiting = new Set(waiting.map(RESULT_SCHEMA.key));
  return [...stored.filter((row) => !isWaiting.has(RESULT_SCHEMA.key(row))), ...waiting];
}

function requireAgreement<Row>(key: string, a: Origin<Row>, b: Origin<Row>): void {
  const [first, second] = [a.row as AnyRow, b.row as AnyRow];
  const column = MEASURED.find((name) => !Object.is(first[name], second[name]));
  if (column === undefined) return;
  throw new InputError(
    `${b.folder}: Cannot merge results as rows of one key must have the same metrics: ${column} of ${key} is ` +
      `${first[column] ?? "empty"} in ${a.folder} and ${
        second[column] ?? "empty"
      } in ${b.folder}; ` +
      "remove one of the two, or make the run again",
  );
}
