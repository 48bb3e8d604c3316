/** From neighbor lists to the metrics of a set of queries, as pure functions. */

import { InputError } from "../errors.ts";
import {
  MEAN_METRICS,
  meanPercent,
  type MeanProperty,
  type QueryRanking,
  recallMetric,
} from "./metric_definitions.ts";

/** Recall@K for one K. */
export interface RecallAtK {
  /** K, the length of the list that is looked at. */
  readonly k: number;
  /** Queries with a right neighbor among the first K, percent. */
  readonly percent: number;
}

/**
 * Metrics of a set of queries, in percent: Recall@K, and one property for each metric that has no K (`mapAtR`,
 * `rPrecision`), NaN where its definition says so.
 */
export type RetrievalMetrics = Readonly<Record<MeanProperty, number>> & {
  /** In the order of the K that were asked for. */
  readonly recallAtK: readonly RecallAtK[];
  /** Queries that the means are over. */
  readonly queryCount: number;
  /** Queries with nothing to find that protocol `corrected` leaves out. */
  readonly leftOutCount: number;
};

/**
 * What the neighbor list of one query is worth. With hit_j = 1 if neighbor j is of the query's class, else 0:
 *
 *     averagePrecisionAtR = 1/R Σ_{j ≤ R} hit_j · (Σ_{i ≤ j} hit_i) / j
 *     precisionAtR        = 1/R Σ_{j ≤ R} hit_j
 *
 * Source: Musgrave et al., "A Metric Learning Reality Check", ECCV 2020, arXiv:2003.08505, section 3.2.
 *
 * @param hitRanks Every j ≤ R with hit_j = 1, ascending; what follows is not read.
 * @param relevantCount R, how many images there are to find.
 */
export function measurePrecision(
  hitRanks: ArrayLike<number>,
  relevantCount: number,
): Omit<QueryRanking, "firstHitRank"> {
  let [hitCount, precisionSum] = [0, 0];
  while (hitCount < hitRanks.length && hitRanks[hitCount]! <= relevantCount) {
    const rank = hitRanks[hitCount++]!;
    precisionSum += hitCount / rank;
  }
  return {
    averagePrecisionAtR: precisionSum / relevantCount, // 0 / 0 is NaN
    precisionAtR: hitCount / relevantCount,
  };
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
  const means = MEAN_METRICS.map((metric) => [metric.property, meanPercent(metric, rankings)]);
  return {
    recallAtK: ks.map((k) => ({ k, percent: meanPercent(recallMetric(k), rankings) })),
    ...(Object.fromEntries(means) as Record<MeanProperty, number>),
    queryCount: rankings.length,
    leftOutCount,
  };
}
