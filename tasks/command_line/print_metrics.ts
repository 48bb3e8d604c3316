/** Prints the metrics of a row, one a line. */

import { type MetricName, METRICS } from "../../lib/eval/metric_definitions.ts";

/** Prints every metric that a row has. */
export function printMetrics(row: Readonly<Record<MetricName, number | null>>): void {
  for (const { column } of METRICS) {
    const value = row[column];
    if (value !== null) console.log(`${column.padEnd(16)} ${value.toFixed(2)} %`);
  }
}
