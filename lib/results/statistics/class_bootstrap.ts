/** Two methods query by query: how far the difference of a metric would move with other test classes. */

import { mean, quantileSorted } from "simple-statistics";
import type { MetricDefinition } from "../../eval/metric_definitions.ts";
import type { RandomStream } from "../../random_stream.ts";
import type { QueryResult } from "../rows/query_results.ts";

/** What resampled classes say of a difference. Percent. */
export interface ClassBootstrap {
  /** Mean over all queries of first less second. */
  readonly difference: number;
  /** 2.5% quantile of the resampled differences. */
  readonly low: number;
  /** 97.5% quantile of the resampled differences. */
  readonly high: number;
  /** Queries that both answer. */
  readonly queryCount: number;
  /** Their classes: what is resampled, as queries of one class are not independent. */
  readonly classCount: number;
}

/** Fewer classes than these are too few to resample. */
export const FEWEST_CLASSES = 10;
const DRAW_COUNT = 2000;

/**
 * Bootstrap by class: classes are drawn with replacement, as many as there are, each with all its queries; the percentile
 * interval of the mean difference over 2,000 draws.
 *
 * Source: Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, section 13.3; clusters are the classes.
 *
 * @param first Results of one method; queries are matched by their number.
 * @param second Results of the other, on the same data.
 * @param metric What is compared.
 * @param stream Draws the classes; the same stream gives the same interval.
 * @returns `null` if fewer than `FEWEST_CLASSES` classes are common, or a score is NaN.
 */
export function bootstrapByClass(
  first: readonly QueryResult[],
  second: readonly QueryResult[],
  metric: Pick<MetricDefinition, "scoreOf">,
  stream: RandomStream,
): ClassBootstrap | null {
  const others = new Map(second.map((result) => [result.query, result]));
  const pairs = first.flatMap((result) => {
    const other = others.get(result.query);
    if (other === undefined || other.classIndex !== result.classIndex) return [];
    const difference = 100 * (metric.scoreOf(result) - metric.scoreOf(other));
    return [{ classIndex: result.classIndex, difference }];
  });
  const classes = [...Map.groupBy(pairs, ({ classIndex }) => classIndex).values()]
    .map((members) => ({
      sum: members.reduce((sum, { difference }) => sum + difference, 0),
      count: members.length,
    }));
  if (classes.length < FEWEST_CLASSES || pairs.some(({ difference }) => Number.isNaN(difference))) {
    return null;
  }
  const draws = Array.from({ length: DRAW_COUNT }, () => drawMean(classes, stream))
    .toSorted((a, b) => a - b);
  return {
    difference: mean(pairs.map(({ difference }) => difference)),
    low: quantileSorted(draws, 0.025),
    high: quantileSorted(draws, 0.975),
    queryCount: pairs.length,
    classCount: classes.length,
  };
}

function drawMean(
  classes: readonly { readonly sum: number; readonly count: number }[],
  stream: RandomStream,
): number {
  let [sum, count] = [0, 0];
  for (let i = 0; i < classes.length; i++) {
    const drawn = classes[stream.nextInteger(classes.length)]!;
    sum += drawn.sum;
    count += drawn.count;
  }
  return sum / count;
}
