/** What the neighbor list of every query is worth: metrics are means of it, and it can be kept. */

import type { QueryRanking } from "./metric_definitions.ts";
import { measurePrecision } from "./metrics.ts";
import type { RankedTask } from "./rank_images.ts";
import type { RankingRules } from "./ranking_task.ts";

/** Rankings of queries, in the order of their rows. */
export interface RetrievalRankings {
  /** Row of each query that counts; ascending. */
  readonly queryRows: Int32Array;
  /** Label of each. */
  readonly queryLabels: Float64Array;
  /** See {@linkcode QueryRanking}. */
  readonly firstHitRanks: Float64Array;
  /** See {@linkcode QueryRanking}. */
  readonly averagePrecisionsAtR: Float64Array;
  /** See {@linkcode QueryRanking}. */
  readonly precisionsAtR: Float64Array;
  /** Queries with nothing to find that protocol `corrected` leaves out. */
  readonly leftOutCount: number;
}

/** What is known of one query. */
export interface CountedQuery {
  /** Images of its class, itself included where it is one of them. */
  readonly classSize: number;
  /** Images that come before the best of its class, and before the second. */
  readonly aboveBest: number;
  readonly aboveSecond: number;
}

/** How a protocol reads what was counted. */
export interface RankingReader {
  /** R; `null` for a query that is left out. */
  relevantCount(query: CountedQuery): number | null;
  /** Rank of the first image of the class in the list; Infinity if there is none. */
  firstHitRank(query: CountedQuery): number;
  /** Neighbors at the front that are not part of the list. */
  readonly droppedCount: number;
}

/** Reads a ranking that has been carried out. */
export function readRankings(
  { task, ranked }: RankedTask,
  { queryLabels, queryRows }: RankingRules,
  reader: RankingReader,
): RetrievalRankings {
  const byRow = new Map<number, QueryRanking>();
  for (const { firstSlot, aboveBest, aboveSecond, starts, ranks } of ranked) {
    for (let i = 0; i < aboveBest.length; i++) {
      const slot = firstSlot + i;
      const row = task.queries.rows[slot]!;
      if (row < 0) continue;
      const query = {
        classSize: task.ends[slot]! - task.starts[slot]!,
        aboveBest: aboveBest[i]!,
        aboveSecond: aboveSecond[i]!,
      };
      const relevantCount = reader.relevantCount(query);
      if (relevantCount === null) continue;
      const hitRanks: number[] = [];
      for (let j = starts[i]!; j < starts[i + 1]!; j++) {
        const rank = ranks[j]! - reader.droppedCount;
        if (rank > 0) hitRanks.push(rank);
      }
      const { averagePrecisionAtR, precisionAtR } = measurePrecision(hitRanks, relevantCount);
      const firstHitRank = reader.firstHitRank(query);
      byRow.set(row, { firstHitRank, averagePrecisionAtR, precisionAtR });
    }
  }
  const rows = queryRows.filter((row) => byRow.has(row));
  const collect = (value: (ranking: QueryRanking) => number) =>
    Float64Array.from(rows, (row) => value(byRow.get(row)!));
  return {
    queryRows: rows,
    queryLabels: Float64Array.from(rows, (row) => queryLabels[row]!),
    firstHitRanks: collect(({ firstHitRank }) => firstHitRank),
    averagePrecisionsAtR: collect(({ averagePrecisionAtR }) => averagePrecisionAtR),
    precisionsAtR: collect(({ precisionAtR }) => precisionAtR),
    leftOutCount: queryRows.length - rows.length,
  };
}

/** The same, query by query. */
export function listRankings(rankings: RetrievalRankings): QueryRanking[] {
  const { firstHitRanks, averagePrecisionsAtR, precisionsAtR } = rankings;
  return Array.from(firstHitRanks, (firstHitRank, i) => ({
    firstHitRank,
    averagePrecisionAtR: averagePrecisionsAtR[i]!,
    precisionAtR: precisionsAtR[i]!,
  }));
}
