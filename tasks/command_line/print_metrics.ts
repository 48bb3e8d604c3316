/** Prints the metrics of a row, one a line. */

import type { NothingToFind } from "../../lib/eval/nothing_to_find.ts";
import type { OddRows } from "../../lib/eval/odd_rows.ts";
import { type MetricName, METRICS } from "../../lib/eval/metric_definitions.ts";

/** Prints every metric that a row has. */
export function printMetrics(row: Readonly<Record<MetricName, number | null>>): void {
  for (const { column } of METRICS) {
    const value = row[column];
    if (value !== null) console.log(`${column.padEnd(16)} ${value.toFixed(2)} %`);
  }
}

/** Prints how many queries no ranking could have served, and what the protocol does with them. */
export function printNothingToFind({ count, queryCount }: NothingToFind, protocol: string): void {
  if (count === 0) return;
  const consequence = protocol === "published"
    ? "counts them as misses, and has no MAP@R and R-Precision"
    : "leaves them out";
  console.log(
    `${count} of ${queryCount} queries have no image of their class to find: protocol ${protocol} ${consequence}`,
  );
}

/** Prints how many rows have no direction, are all the same, or are too short for protocol `published`. */
export function printOddRows(oddRows: OddRows, protocol: string): void {
  const { zeroCount, shortCount, equalCount, rowCount } = oddRows;
  if (zeroCount > 0) {
    console.log(
      `${zeroCount} of ${rowCount} rows are zeros: as similar to any row as to any other`,
    );
  }
  if (equalCount > 0) {
    console.log(
      `${equalCount} of ${rowCount} rows are one and the same row: as similar to any row as to any other`,
    );
  }
  if (shortCount === 0 || protocol !== "published") return;
  console.log(
    `${shortCount} of ${rowCount} rows are shorter than 1e-5: protocol published, which divides by ` +
      "sqrt(Σ v² + 1e-12), makes them less similar to all others; protocol corrected does not",
  );
}
