/** What the metrics of a row must be to each other. */

import { findMetric, METRICS } from "../../eval/metric_definitions.ts";
import type { MetricName } from "../../eval/metric_definitions.ts";

/**
 * Checks the metrics of a row, each of which is within its own bounds.
 *
 * NaN is only what a definition says to be so, and only by protocol `published`; Recall@K does not fall as K grows.
 *
 * @param protocol Rules of the evaluation; `null` where the row does not say.
 * @returns The rule that they break; `null` if there is none.
 */
export function findMetricFault(
  row: Readonly<Record<MetricName, number | null>>,
  protocol: string | null,
): string | null {
  let smaller: { readonly column: MetricName; readonly value: number } | null = null;
  for (const { column } of METRICS) {
    const value = row[column];
    if (value === null) continue;
    const { k, isNaNWithoutRelevant } = findMetric(column);
    const mayBeNaN = isNaNWithoutRelevant && protocol !== "corrected";
    if (Number.isNaN(value) && !mayBeNaN) return `${column} must be finite: it is NaN`;
    if (k === null) continue;
    if (smaller && value < smaller.value) {
      return `${column} must be at least ${smaller.column}, ${smaller.value}: it is ${value}`;
    }
    smaller = { column, value };
  }
  return null;
}
