/** What both kinds of retrieval are asked for. */

import type { Protocol } from "../dataset/protocol.ts";

/** Options of an evaluation. */
export interface RetrievalOptions {
  /** K of Recall@K; whole numbers of at least 1. */
  readonly ks: readonly number[];
  /** Whose rules count. */
  readonly protocol: Protocol;
}

/**
 * Checks the inputs of an evaluation.
 *
 * @param name What the labels belong to, for errors.
 * @throws {RangeError} If there is not one label for each row, or a K is not a whole number of at least 1.
 */
export function checkRetrieval(
  name: string,
  rowCount: number,
  labels: readonly number[],
  ks: readonly number[],
): void {
  if (labels.length !== rowCount) {
    throw new RangeError(
      `Cannot evaluate retrieval as ${name} must have ${rowCount} labels, one for each row: it is ${labels.length}`,
    );
  }
  const wrong = ks.find((k) => !Number.isInteger(k) || k < 1);
  if (wrong !== undefined || ks.length === 0) {
    throw new RangeError(
      `Cannot evaluate retrieval as every K must be a whole number of at least 1: it is ${
        wrong ?? "none"
      }`,
    );
  }
}

/** How many images each class has, by label. */
export function countLabels(labels: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts;
}
