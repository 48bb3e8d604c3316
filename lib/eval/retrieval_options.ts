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
 * Checks the labels of an evaluation.
 *
 * @param name What they belong to, for errors.
 * @throws {RangeError} If there is not one label for each row.
 */
export function checkLabels(name: string, rowCount: number, labels: ArrayLike<number>): void {
  if (labels.length === rowCount) return;
  throw new RangeError(
    `Cannot evaluate retrieval as ${name} must have ${rowCount} labels, one for each row: it is ${labels.length}`,
  );
}

/**
 * Checks the K of an evaluation.
 *
 * @throws {RangeError} If there is none, or one is not a whole number of at least 1.
 */
export function checkKs(ks: readonly number[]): void {
  const wrong = ks.find((k) => !Number.isInteger(k) || k < 1);
  if (wrong === undefined && ks.length > 0) return;
  throw new RangeError(
    `Cannot evaluate retrieval as every K must be a whole number of at least 1: it is ${
      wrong ?? "none"
    }`,
  );
}
