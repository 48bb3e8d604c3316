/**
 * What the test queries of one reported epoch found, one row a query, in `runs/<run id>/<selection>.queries.npy`: float32
 * [Q, 5]. Two methods on the same data are compared query by query from it.
 */

import { InputError } from "../../errors.ts";
import { meanPercent, METRICS, type QueryRanking } from "../../eval/metric_definitions.ts";
import type { RetrievalRankings } from "../../eval/retrieval_rankings.ts";
import { formatNpy, parseNpy } from "../../file/npy.ts";
import { readBytesIfThere } from "../../file/read_file.ts";
import { decodeArray } from "../../file/stored_array.ts";
import type { ResultRow } from "./row.ts";

/** One query: float32, so precisions are right to 7 digits; ranks and numbers are exact up to 2^24. */
export interface QueryResult extends QueryRanking {
  /** Its place among the queries of the dataset. */
  readonly query: number;
  /** Its class, a number from 0. */
  readonly classIndex: number;
}

const COLUMN_COUNT = 5;
/** Percent: more than float32 rounds away, less than a query is worth. */
const TOLERANCE = 1e-4;
const ACTION = "read results of queries";

/** Name of the file in the folder of a run. */
export function queryResultsName(selection: string): string {
  return `${selection}.queries.npy`;
}

/** Formats rankings as an `.npy` file: query, class, rank of the first hit (or infinity), AP@R and P@R (or NaN). */
export function formatQueryResults(rankings: RetrievalRankings): Uint8Array<ArrayBuffer> {
  const columns = [
    rankings.queryRows,
    rankings.queryLabels,
    rankings.firstHitRanks,
    rankings.averagePrecisionsAtR,
    rankings.precisionsAtR,
  ];
  const count = rankings.queryRows.length;
  const values = new Float32Array(count * COLUMN_COUNT);
  for (let i = 0; i < values.length; i++) {
    values[i] = columns[i % COLUMN_COUNT]![Math.floor(i / COLUMN_COUNT)]!;
  }
  return formatNpy(values, [count, COLUMN_COUNT]);
}

/**
 * Reads the results of queries.
 *
 * @returns `null` if there is no such file: the run is of an earlier version, or was not brought along.
 * @throws {InputError} If it is no file of {@linkcode formatQueryResults}.
 */
export async function readQueryResults(path: string): Promise<QueryResult[] | null> {
  const bytes = await readBytesIfThere(path, ACTION);
  if (bytes === null) return null;
  const stored = parseNpy(bytes, path);
  const [count, columnCount, ...extra] = stored.shape;
  if (columnCount !== COLUMN_COUNT || extra.length > 0) {
    throw new InputError(
      `${path}: Cannot ${ACTION} as their shape must be rows of ${COLUMN_COUNT} columns: it is (${stored.shape})`,
    );
  }
  const values = decodeArray(stored, ACTION);
  return Array.from({ length: count! }, (_, i) => {
    const [query, classIndex, firstHitRank, averagePrecisionAtR, precisionAtR] = values
      .subarray(i * COLUMN_COUNT, (i + 1) * COLUMN_COUNT);
    return {
      query: query!,
      classIndex: classIndex!,
      firstHitRank: firstHitRank!,
      averagePrecisionAtR: averagePrecisionAtR!,
      precisionAtR: precisionAtR!,
    };
  });
}

/**
 * How the row of a reported epoch differs from what its queries found: as where a file is another run's.
 *
 * @returns `null` if it does not.
 */
export function findQueriesFault(row: ResultRow, queries: readonly QueryResult[]): string | null {
  const told = (name: string, ours: number, theirs: number) =>
    `${name} is ${ours} instead of ${theirs} at selection ${row.selection}`;
  if (queries.length !== row.query_count) {
    return told("query_count", row.query_count, queries.length);
  }
  for (const metric of METRICS) {
    const stored = row[metric.column];
    if (stored === null) continue;
    const found = meanPercent(metric, queries);
    const isSame = Math.abs(stored - found) <= TOLERANCE || Object.is(stored, found);
    if (!isSame) return told(metric.column, stored, found);
  }
  return null;
}
