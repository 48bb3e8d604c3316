/** The cells of a row that hold metrics. */

import {
  hasRecallColumn,
  type MetricName,
  METRICS,
  RECALL_COLUMN_KS,
} from "../../eval/metric_definitions.ts";
import type { RetrievalMetrics } from "../../eval/metrics.ts";

/**
 * The cells of every metric's column; all are empty where there are no metrics.
 *
 * @throws {RangeError} If there is a Recall@K without a column: no number is dropped in silence.
 */
export function metricCells(metrics: RetrievalMetrics | null): Record<MetricName, number | null> {
  const lost = metrics?.recallAtK.find(({ k }) => !hasRecallColumn(k));
  if (lost) {
    throw new RangeError(
      `Cannot store Recall@K as K must be one of ${RECALL_COLUMN_KS.join(", ")}: it is ${lost.k}`,
    );
  }
  const cells = METRICS.map(({ column, property, k }) => {
    if (metrics === null) return [column, null];
    if (property !== "recallAtK") return [column, metrics[property]];
    return [column, metrics.recallAtK.find((recall) => recall.k === k)?.percent ?? null];
  });
  return Object.fromEntries(cells) as Record<MetricName, number | null>;
}
