/** What was published beside what our own runs give: the difference, and a verdict by one written rule. */

import { type MetricName, METRICS } from "../../eval/metric_definitions.ts";
import type { ResultRow } from "../rows/row.ts";
import { twoSided95 } from "../statistics/student_t.ts";
import { FEWEST_RUNS, summarize } from "../statistics/summary.ts";
import { isAvailable, lossOf, type PublishedResult, publishedValue } from "./published_results.ts";

/** What a comparison comes to. */
export type Verdict = "reproduced" | "not reproduced" | "too few runs" | "not comparable";

/** One published number and ours; or a published row that ours cannot be compared with. */
export interface Claim {
  readonly published: PublishedResult;
  /** `null` for all metrics of a row that cannot be compared. */
  readonly metric: MetricName | null;
  readonly publishedPercent: number | null;
  /** Mean of our runs. */
  readonly ours: number | null;
  /** Runs of ours, one a seed. */
  readonly runCount: number;
  /** Ours less published. */
  readonly difference: number | null;
  /** How far apart two honest results may lie: half of the 95% interval. */
  readonly margin: number | null;
  readonly verdict: Verdict;
  /** Why it is not comparable; else empty. */
  readonly reason: string;
}

/** The rule, as the caption of the table states it. */
export const CLAIMS_RULE =
  "Published numbers of our own losses beside our runs of the published datasets (profile paper) of the same loss, network, D, " +
  "setting, rate or gamma and, where the source states them, alpha and input size, from pretrained weights, by protocol " +
  "published at the epoch with the best Recall@1 on the test set, which is what papers report. With s the deviation of our n " +
  "seeds and m the runs behind the published number (1 where the source does not say), the margin is t(0.975, n − 1) · s · " +
  "√(1/n + 1/m): reproduced if the difference is within it, not reproduced if it is not, too few runs below " +
  `${FEWEST_RUNS} seeds, and not comparable, with the reason, where no such runs are.`;

/**
 * Compares every published row of our losses with the rows of our runs.
 *
 * @param rows Rows of all settings, in any order.
 * @returns In the order of the published rows, metrics in the order of tables.
 */
export function listClaims(
  rows: readonly ResultRow[],
  published: readonly PublishedResult[],
): Claim[] {
  return published.filter((result) => lossOf(result) !== null).flatMap((result) => {
    const { members, reason } = selectComparable(rows, result);
    if (reason !== "") return [notComparable(result, reason)];
    return METRICS.filter(({ column }) => publishedValue(result, column) !== null)
      .map(({ column }) => compare(result, column, members));
  });
}

/** Rows that a published one can be compared with; else the first reason why there are none. */
function selectComparable(
  rows: readonly ResultRow[],
  result: PublishedResult,
): { members: readonly ResultRow[]; reason: string } {
  if (!isAvailable(result)) return { members: [], reason: "the published number is not available" };
  const steps: readonly (readonly [string, (row: ResultRow) => boolean])[] = [
    [
      "no run on the published dataset",
      (row) =>
        row.profile === "paper" && row.dataset === result.dataset &&
        (row.setting === result.setting || isWhole(row, result)),
    ],
    [
      "no run of this rate or gamma",
      (row) => (row.rate === result.rate && row.gamma === result.gamma) || isWhole(row, result),
    ],
    ["no run of this loss", (row) => row.loss === lossOf(result)],
    ["no run of this network", (row) => row.backbone === result.backbone],
    ["no run of this D", (row) => row.embedding_size === result.embedding_size],
    [
      "no run from pretrained weights",
      (row) => row.weights_hash !== null && row.weights_hash !== "random",
    ],
    ["no run of this alpha", (row) => result.alpha === null || row.alpha === result.alpha],
    [
      "no run of this input size",
      (row) => result.input_size === null || row.input_size === result.input_size,
    ],
    [
      "no run by protocol published",
      (row) => row.protocol === "published" && row.selection === "best_on_test",
    ],
  ];
  let members = rows;
  for (const [reason, isSame] of steps) {
    members = members.filter(isSame);
    if (members.length === 0) return { members, reason };
  }
  const partial = members.filter((row) => !isWhole(row, result));
  if (partial.length > 0) members = partial; // a run of rate 1 and one with all images are one computation
  const groups = Map.groupBy(members, (row) => `${row.group_hash}/${row.data_hash}`);
  return groups.size === 1 ? { members, reason: "" } : {
    members: [],
    reason: `${groups.size} configurations of ours fit: state alpha or input size`,
  };
}

/** Whether a run with all training images stands for a published rate of 1: it is the same computation. */
function isWhole(row: ResultRow, result: PublishedResult): boolean {
  return result.rate === 1 && row.setting === "full";
}

function compare(
  result: PublishedResult,
  metric: MetricName,
  rows: readonly ResultRow[],
): Claim {
  const summary = summarize(rows.map((row) => row[metric]).filter((value) => value !== null));
  if (summary === null) return notComparable(result, "our runs do not have this metric", metric);
  const publishedPercent = publishedValue(result, metric)!;
  const difference = summary.mean - publishedPercent;
  const margin = summary.count < FEWEST_RUNS
    ? null
    : twoSided95(summary.count - 1) * summary.deviation! *
      Math.sqrt(1 / summary.count + 1 / (result.runs ?? 1));
  const verdict = margin === null
    ? "too few runs"
    : Math.abs(difference) <= margin
    ? "reproduced"
    : "not reproduced";
  return {
    published: result,
    metric,
    publishedPercent,
    ours: summary.mean,
    runCount: summary.count,
    difference,
    margin,
    verdict,
    reason: "",
  };
}

function notComparable(
  published: PublishedResult,
  reason: string,
  metric: MetricName | null = null,
): Claim {
  const publishedPercent = metric && publishedValue(published, metric);
  return {
    published,
    metric,
    publishedPercent,
    ours: null,
    runCount: 0,
    difference: null,
    margin: null,
    verdict: "not comparable",
    reason,
  };
}
