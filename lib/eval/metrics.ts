/** Retrieval metrics, as pure functions of neighbor lists. */

import { InputError } from "../errors.ts";

/** Recall@K for one K. */
export interface RecallAtK {
  /** K, the length of the list that is looked at. */
  readonly k: number;
  /** Queries with a right neighbor among the first K, percent. */
  readonly percent: number;
}

/** Metrics of a set of queries. Percent. */
export interface RetrievalMetrics {
  /** In the order of the K that were asked for. */
  readonly recallAtK: readonly RecallAtK[];
  /** NaN in protocol `published`, if a query has nothing to find. */
  readonly mapAtR: number;
  /** NaN in protocol `published`, if a query has nothing to find. */
  readonly rPrecision: number;
  /** Queries that the means are over. */
  readonly queryCount: number;
  /** Queries with nothing to find that protocol `corrected` leaves out. */
  readonly leftOutCount: number;
}

/** What the neighbor list of one query is worth. */
export interface QueryRanking {
  /** 1 for a nearest neighbor of the right class; Infinity if the list has none. */
  readonly firstHitRank: number;
  /** 0-1; NaN if there is nothing to find. */
  readonly averagePrecisionAtR: number;
  /** 0-1; NaN if there is nothing to find. */
  readonly precisionAtR: number;
}

/**
 * Ranks the neighbor list of one query. With hit_j = 1 if neighbor j is of the query's class, else 0:
 *
 *     averagePrecisionAtR = 1/R Σ_{j ≤ R} hit_j · (Σ_{i ≤ j} hit_i) / j
 *     precisionAtR        = 1/R Σ_{j ≤ R} hit_j
 *
 * Source: Musgrave et al., "A Metric Learning Reality Check", ECCV 2020, arXiv:2003.08505, section 3.2.
 *
 * @param neighborLabels Classes of the neighbors, best first. Neighbors beyond its end count as misses.
 * @param queryLabel Class of the query.
 * @param relevantCount R, how many images there are to find.
 */
export function rankQuery(
  neighborLabels: ArrayLike<number>,
  queryLabel: number,
  relevantCount: number,
): QueryRanking {
  let [firstHitRank, hitCount, precisionSum, hitCountAtR] = [Infinity, 0, 0, 0];
  for (let j = 0; j < neighborLabels.length; j++) {
    if (neighborLabels[j] !== queryLabel) continue;
    hitCount++;
    if (hitCount === 1) firstHitRank = j + 1;
    if (j >= relevantCount) break;
    hitCountAtR++;
    precisionSum += hitCount / (j + 1);
  }
  return {
    firstHitRank,
    averagePrecisionAtR: precisionSum / relevantCount, // 0 / 0 is NaN
    precisionAtR: hitCountAtR / relevantCount,
  };
}

/** Percent of queries with a neighbor of their class among the first K. */
export function recallAtK(rankings: readonly QueryRanking[], k: number): number {
  return meanPercent(rankings, ({ firstHitRank }) => firstHitRank <= k ? 1 : 0);
}

/** Mean average precision at R, in percent. */
export function mapAtR(rankings: readonly QueryRanking[]): number {
  return meanPercent(rankings, ({ averagePrecisionAtR }) => averagePrecisionAtR);
}

/** Mean precision at R, in percent. */
export function rPrecision(rankings: readonly QueryRanking[]): number {
  return meanPercent(rankings, ({ precisionAtR }) => precisionAtR);
}

/**
 * Puts the metrics of all queries together.
 *
 * @param rankings Of the queries that count.
 * @param ks K of Recall@K, in the order of the result.
 * @param leftOutCount Queries that do not count.
 * @throws {InputError} If no query counts.
 */
export function summarizeRankings(
  rankings: readonly QueryRanking[],
  ks: readonly number[],
  leftOutCount: number,
): RetrievalMetrics {
  if (rankings.length === 0) {
    throw new InputError(
      `Cannot evaluate retrieval as at least one query must have an image to find: it is 0 of ${leftOutCount}`,
    );
  }
  return {
    recallAtK: ks.map((k) => ({ k, percent: recallAtK(rankings, k) })),
    mapAtR: mapAtR(rankings),
    rPrecision: rPrecision(rankings),
    queryCount: rankings.length,
    leftOutCount,
  };
}

function meanPercent(
  rankings: readonly QueryRanking[],
  value: (ranking: QueryRanking) => number,
): number {
  return 100 * rankings.reduce((sum, ranking) => sum + value(ranking), 0) / rankings.length;
}
