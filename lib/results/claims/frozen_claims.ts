/** Published scores of networks without training beside ours: a check of weights, images and evaluation. */

import { isDatasetName } from "../../dataset/datasets.ts";
import { type MetricName, METRICS } from "../../eval/metric_definitions.ts";
import type { FrozenRow } from "../rows/frozen_row.ts";
import { type PublishedResult, publishedValue } from "./published_results.ts";

/** What the list of published numbers calls a network without training. */
const FROZEN_METHOD = "frozen backbone";

/** Percent that two evaluations of the same weights may lie apart: rounding to one digit, decoders and interpolation of images. */
export const FROZEN_TOLERANCE = 0.5;

/** One published score and ours. */
export interface FrozenClaim {
  readonly published: PublishedResult;
  readonly metric: MetricName;
  readonly publishedPercent: number;
  readonly ours: number;
  /** Ours less published. */
  readonly difference: number;
  /** Whether the difference is within {@linkcode FROZEN_TOLERANCE}. Nothing is trained, so there is no interval over seeds. */
  readonly isReproduced: boolean;
}

/** Claims of a row, or why there are none. */
export interface FrozenClaims {
  readonly claims: readonly FrozenClaim[];
  /** Empty if there are claims. */
  readonly reason: string;
}

/**
 * Compares a row with what was published of the same network on the same dataset.
 *
 * @param published As `PUBLISHED_RESULTS`; rows of other methods are passed over.
 * @returns Claims in the order of the published rows, metrics in the order of tables.
 */
export function listFrozenClaims(
  row: FrozenRow,
  published: readonly PublishedResult[],
): FrozenClaims {
  const none = (reason: string): FrozenClaims => ({ claims: [], reason });
  if (row.profile !== "paper" || !isDatasetName(row.dataset)) {
    return none("published scores are of the published datasets (profile paper)");
  }
  if (row.protocol !== "published") return none("published scores are by protocol published");
  const results = published.filter((result) =>
    result.method === FROZEN_METHOD && result.backbone === row.backbone &&
    result.dataset === row.dataset && result.setting === "full"
  );
  if (results.length === 0) return none(`none is known of ${row.backbone} on ${row.dataset}`);
  const fitting = results.filter(({ input_size, embedding_size }) =>
    (input_size ?? row.input_size) === row.input_size &&
    (embedding_size ?? row.embedding_size) === row.embedding_size
  );
  if (fitting.length === 0) return none("those that are known are of another input size or length");
  return { claims: fitting.flatMap((result) => compareMetrics(row, result)), reason: "" };
}

function compareMetrics(row: FrozenRow, published: PublishedResult): FrozenClaim[] {
  return METRICS.flatMap(({ column }) => {
    const [publishedPercent, ours] = [publishedValue(published, column), row[column]];
    if (publishedPercent === null || ours === null) return [];
    const difference = ours - publishedPercent;
    const isReproduced = Math.abs(difference) <= FROZEN_TOLERANCE;
    return [{ published, metric: column, publishedPercent, ours, difference, isReproduced }];
  });
}
