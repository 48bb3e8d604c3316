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
 * Checks the labels of an evaluation. A class is any finite number; NaN, which stands for a missing one elsewhere, would be one
 * class of all that are missing.
 *
 * @param name What they belong to, for errors.
 * @throws {RangeError} If there is not one label for each row, or one is no finite number.
 */
export function checkLabels(name: string, rowCount: number, labels: ArrayLike<number>): void {
  if (labels.length !== rowCount) {
    throw new RangeError(
      `Cannot evaluate retrieval as ${name} must have ${rowCount} labels, one for each row: it is ${labels.length}`,
    );
  }
  for (let row = 0; row < rowCount; row++) {
    if (Number.isFinite(labels[row])) continue;
    throw new RangeError(
      `Cannot evaluate retrieval as labels of ${name} must be finite numbers: label ${row} is ${
        describeValue(labels[row])
      }`,
    );
  }
}

/**
 * Checks which rows are queries.
 *
 * @param rowCount Rows that there are.
 * @throws {RangeError} If they do not ascend within [0, rowCount).
 */
export function checkQueryRows(queryRows: Int32Array, rowCount: number): void {
  let last = -1;
  for (const row of queryRows) {
    if (row <= last || row >= rowCount) {
      throw new RangeError(
        `Cannot evaluate retrieval as rows of queries must ascend within [0, ${rowCount}): ${row} comes ${
          last < 0 ? "first" : `after ${last}`
        }`,
      );
    }
    last = row;
  }
}

/**
 * Checks the K of an evaluation.
 *
 * @throws {RangeError} If there is none, or one is not a whole number of at least 1.
 */
export function checkKs(ks: readonly number[]): void {
  const wrong = ks.findIndex((k) => !Number.isInteger(k) || k < 1);
  if (wrong < 0 && ks.length > 0) return;
  throw new RangeError(
    `Cannot evaluate retrieval as every K must be a whole number of at least 1: it is ${
      wrong < 0 ? "none" : describeValue(ks[wrong])
    }`,
  );
}

/** A number as it is, anything else so that it is not taken for one. */
function describeValue(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
