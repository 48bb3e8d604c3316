/** Every metric, once: its column, its title, and how it is computed. Rows, tables, checks and help derive from this list. */

import { InputError } from "../errors.ts";

/** What the neighbor list of one query is worth. */
export interface QueryRanking {
  /** 1 for a nearest neighbor of the right class; Infinity if the list has none. */
  readonly firstHitRank: number;
  /** 0-1; NaN if there is nothing to find. */
  readonly averagePrecisionAtR: number;
  /** 0-1; NaN if there is nothing to find. */
  readonly precisionAtR: number;
}

/** A metric: the mean over queries of a score between 0 and 1, in percent. Larger is better. */
export interface MetricDefinition<Name extends string = string, Property extends string = string> {
  /** Name of its column in CSV files. */
  readonly column: Name;
  /** Heading in tables. */
  readonly title: string;
  /** Name in sentences. */
  readonly about: string;
  /** Property of `RetrievalMetrics` that has its value. */
  readonly property: Property;
  /** K where the metric is a Recall@K; else `null`: a metric that every evaluation has. */
  readonly k: number | null;
  /** Whether protocol `published` makes it NaN where a query has nothing to find. Nothing else may be NaN. */
  readonly isNaNWithoutRelevant: boolean;
  /** Score of one query, 0-1. */
  scoreOf(ranking: QueryRanking): number;
}

/** Every K whose Recall@K has a column. */
export const RECALL_COLUMN_KS = [1, 2, 4, 8, 10, 20, 30, 40, 50, 100, 1000] as const;

/** The metrics beside Recall@K, in the order of columns and tables. */
export const MEAN_METRICS = [
  {
    column: "map_at_r",
    title: "MAP@R",
    about: "MAP@R",
    property: "mapAtR",
    k: null,
    isNaNWithoutRelevant: true,
    scoreOf: (ranking: QueryRanking): number => ranking.averagePrecisionAtR,
  },
  {
    column: "r_precision",
    title: "R-Prec.",
    about: "R-Precision",
    property: "rPrecision",
    k: null,
    isNaNWithoutRelevant: true,
    scoreOf: (ranking: QueryRanking): number => ranking.precisionAtR,
  },
] as const;

/** Property of `RetrievalMetrics` that has a metric without a K. */
export type MeanProperty = typeof MEAN_METRICS[number]["property"];

/** Name of a metric's column. */
export type MetricName =
  | `recall_at_${typeof RECALL_COLUMN_KS[number]}`
  | typeof MEAN_METRICS[number]["column"];

/** Every metric that has a column, in the order of columns and tables. */
export const METRICS: readonly MetricDefinition<MetricName, MeanProperty | "recallAtK">[] = [
  ...RECALL_COLUMN_KS.map(recallMetric),
  ...MEAN_METRICS,
];

/** Mean of a metric's score over queries, in percent. */
export function meanPercent(
  { scoreOf }: Pick<MetricDefinition, "scoreOf">,
  rankings: readonly QueryRanking[],
): number {
  return 100 * rankings.reduce((sum, ranking) => sum + scoreOf(ranking), 0) / rankings.length;
}

/**
 * Checks that every K has a column: called where K is chosen, so that no number is lost later.
 *
 * @param chooser What chose them, for the error.
 * @throws {InputError} If a K has none.
 */
export function checkRecallColumns(ks: readonly number[], chooser: string): void {
  const unknown = ks.find((k) => !hasRecallColumn(k));
  if (unknown === undefined) return;
  throw new InputError(
    `${chooser}: Cannot evaluate Recall@K as results have columns for K of ${
      RECALL_COLUMN_KS.join(", ")
    }: it is ${unknown}`,
  );
}

/** Whether results have a column for Recall@K. */
export function hasRecallColumn(k: number): boolean {
  return RECALL_COLUMN_KS.some((known) => known === k);
}

/** The definition of a column. */
export function findMetric(column: MetricName): MetricDefinition<MetricName> {
  return METRICS.find((metric) => metric.column === column)!;
}

/**
 * Recall@K: whether one of the K nearest neighbors is of the query's class.
 *
 * @param k Any K; only those of {@linkcode RECALL_COLUMN_KS} have a column.
 */
export function recallMetric<K extends number>(
  k: K,
): MetricDefinition<`recall_at_${K}`, "recallAtK"> {
  return {
    column: `recall_at_${k}`,
    title: `R@${k}`,
    about: `Recall@${k}`,
    property: "recallAtK",
    k,
    isNaNWithoutRelevant: false,
    scoreOf: ({ firstHitRank }) => firstHitRank <= k ? 1 : 0,
  };
}
