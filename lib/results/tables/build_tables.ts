/** From the result files to `results/tables/` and to the records beside it: reads, formats, writes what changed, removes what is no longer there. */

import { join } from "@std/path";
import { makeFolder, writeFileAtomic } from "../../file/atomic_write.ts";
import { PROFILES } from "../../dataset/record.ts";
import { withFileLock } from "../../file/file_lock.ts";
import { addChosenEpochs } from "../rows/chosen_epochs.ts";
import {
  findQueriesFault,
  type QueryResult,
  queryResultsName,
  readQueryResults,
} from "../rows/query_results.ts";
import { readCsv } from "../rows/csv_store.ts";
import { FROZEN_SCHEMA } from "../rows/frozen_row.ts";
import { readResults } from "../rows/read_results.ts";
import { readTrials } from "../rows/trial_row.ts";
import { readRunRecord, recordError, type RunRecord } from "../rows/run_record.ts";
import { compareResults, type ResultRow } from "../rows/row.ts";
import { croissantName, formatCroissant, listUsedDatasets } from "../records/croissant.ts";
import { formatRunCrate, RUN_CRATE_NAME } from "../records/run_crate.ts";
import { queriesKey } from "./comparison_table.ts";
import { mainSelection } from "./scope.ts";
import { hashConfig } from "../../train/run_id.ts";
import { type Beside, formatTableFiles, type TableFile } from "./table_files.ts";

const TABLES_FOLDER = "tables";
const CROISSANT_FOLDER = "croissant";

/**
 * Regenerates all tables, pictures and their index, the descriptions of datasets and the record of runs, from the result files.
 *
 * The same rows give the same bytes; times and devices are in the table of costs alone, commits in none. Two processes may do it at once.
 *
 * @param resultsRoot Folder of `full.csv`, `partial.csv`, `imbalance.csv`, `frozen.csv`, `sweep.csv` and `runs/`; made if need be.
 * @returns Paths of all generated files, in a fixed order, whether they changed or not.
 * @throws {InputError} If a result file cannot be parsed or the folder cannot be written.
 */
export async function regenerateTables(resultsRoot: string): Promise<string[]> {
  const folder = join(resultsRoot, TABLES_FOLDER);
  await makeFolder(folder);
  return await withFileLock(folder, async () => {
    const files = await formatAll(resultsRoot);
    await makeFolder(join(resultsRoot, CROISSANT_FOLDER));
    for (const file of files) await writeIfChanged(resultsRoot, file);
    const names = new Set(files.map(({ name }) => name));
    await removeOthers(resultsRoot, TABLES_FOLDER, "(md|tex|csv|svg)", names);
    await removeOthers(resultsRoot, CROISSANT_FOLDER, "json", names);
    return files.map(({ name }) => join(resultsRoot, name));
  });
}

/**
 * Generated files that are not what the result files give, for a check that changes nothing.
 *
 * @returns Their paths; empty if all tables are up to date.
 * @throws {InputError} If a result file cannot be parsed.
 */
export async function findStaleTables(resultsRoot: string): Promise<string[]> {
  const stale: string[] = [];
  for (const { name, content } of await formatAll(resultsRoot)) {
    const path = join(resultsRoot, name);
    if (await readIfThere(path) !== content) stale.push(path);
  }
  return stale;
}

/** What tables are made of. */
export interface TableInputs {
  /** Rows as they are stored. */
  readonly stored: readonly ResultRow[];
  /** The same, and those of epochs that another run chose. */
  readonly rows: readonly ResultRow[];
  /** What every run left beside its rows, by its id. */
  readonly records: ReadonlyMap<string, RunRecord>;
  readonly epochs: ReadonlyMap<string, RunRecord["epochs"]>;
  /** What tables show beside the rows of runs. */
  readonly beside: Required<Beside>;
}

/**
 * Reads what tables are made of.
 *
 * @throws {InputError} If a result file cannot be parsed.
 */
export async function readTableInputs(resultsRoot: string): Promise<TableInputs> {
  const stored = await readResults(resultsRoot);
  const records = await readRecords(resultsRoot, stored);
  const epochs = new Map(Array.from(records, ([runId, { epochs }]) => [runId, epochs]));
  const configKeys = hashConfigKeys(records);
  const rows = addChosenEpochs(stored, { epochs, configKeys });
  const beside = {
    queries: await readAllQueries(resultsRoot, rows, records),
    frozen: await readCsv(join(resultsRoot, "frozen.csv"), FROZEN_SCHEMA),
    trials: await readTrials(join(resultsRoot, "sweep.csv")),
  };
  return { stored, rows, records, epochs, beside };
}

async function formatAll(resultsRoot: string): Promise<TableFile[]> {
  const { stored, rows, epochs, beside } = await readTableInputs(resultsRoot);
  const tables = formatTableFiles(rows, epochs, beside)
    .map(({ name, content }) => ({ name: `${TABLES_FOLDER}/${name}`, content }));
  const sorted = stored.toSorted(compareResults);
  return [
    ...listUsedDatasets(sorted).map((row) => ({
      name: `${CROISSANT_FOLDER}/${croissantName(row)}`,
      content: formatCroissant(row),
    })),
    { name: RUN_CRATE_NAME, content: formatRunCrate(sorted) },
    ...tables,
  ];
}

/** What every run left beside its rows, by its id. */
async function readRecords(
  resultsRoot: string,
  rows: readonly ResultRow[],
): Promise<Map<string, RunRecord>> {
  const records = new Map<string, RunRecord>();
  for (const [runId, members] of Map.groupBy(rows, ({ run_id }) => run_id)) {
    records.set(runId, await readRunRecord(resultsRoot, members));
  }
  return records;
}

/** Configurations of the runs of protocol `corrected` without their held-out shares, as hashes by run id. */
function hashConfigKeys(records: ReadonlyMap<string, RunRecord>): Map<string, string> {
  const keys = new Map<string, string>();
  for (const [runId, { config }] of records) {
    if (config?.protocol === "corrected") {
      keys.set(runId, hashConfig({ ...config, heldOutShare: 0 }));
    }
  }
  return keys;
}

/** Results of queries at the epochs that protocols report, as far as the runs have them; those of a run under way are of no row. */
async function readAllQueries(
  resultsRoot: string,
  rows: readonly ResultRow[],
  records: ReadonlyMap<string, RunRecord>,
): Promise<Map<string, readonly QueryResult[]>> {
  const queries = new Map<string, readonly QueryResult[]>();
  for (const row of rows) {
    if (row.selection !== mainSelection(row.protocol) || !records.get(row.run_id)?.config) continue;
    const path = join(resultsRoot, "runs", row.run_id, queryResultsName(row.selection));
    const found = await readQueryResults(path);
    const fault = found && findQueriesFault(row, found);
    if (fault) throw recordError(path, `the row of the run must be as it has it: ${fault}`);
    if (found) queries.set(queriesKey(row), found);
  }
  return queries;
}

async function writeIfChanged(resultsRoot: string, { name, content }: TableFile): Promise<void> {
  const path = join(resultsRoot, name);
  if (await readIfThere(path) !== content) await writeFileAtomic(path, content);
}

function readIfThere(path: string): Promise<string | null> {
  return Deno.readTextFile(path).catch(() => null);
}

/** Removes what earlier rows were made into; leaves files that none of ours is named like. */
async function removeOthers(
  resultsRoot: string,
  folder: string,
  extensions: string,
  names: ReadonlySet<string>,
): Promise<void> {
  const generated = new RegExp(`^(${PROFILES.join("|")})-.+\\.${extensions}$`);
  for await (const { name } of Deno.readDir(join(resultsRoot, folder))) {
    const path = `${folder}/${name}`;
    if (generated.test(name) && !names.has(path)) await Deno.remove(join(resultsRoot, path));
  }
}
