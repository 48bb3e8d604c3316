/** Embeddings outside of any backend: what retrieval works on. */

import { InputError } from "../errors.ts";

/** Embeddings of N images. */
export interface EmbeddingMatrix {
  /** [N, D], row-major. */
  readonly data: Float32Array;
  /** N. */
  readonly rowCount: number;
  /** D. */
  readonly columnCount: number;
}

/**
 * Checks a matrix of embeddings.
 *
 * @param name What it holds, for errors.
 * @throws {RangeError} If there is no row, or `data` does not fill the matrix.
 * @throws {InputError} If a value is not finite.
 */
export function checkEmbeddings(name: string, matrix: EmbeddingMatrix): void {
  const { data, rowCount, columnCount } = matrix;
  if (rowCount === 0) {
    throw new RangeError(
      `Cannot find neighbors as ${name} must have at least one row: it is 0 rows`,
    );
  }
  if (data.length !== rowCount * columnCount) {
    throw new RangeError(
      `Cannot find neighbors as ${name} must have ${rowCount} x ${columnCount} values: it is ${data.length}`,
    );
  }
  const wrong = data.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) {
    const row = Math.floor(wrong / columnCount);
    throw new InputError(
      `Cannot find neighbors as ${name} must be finite: it is ${data[wrong]} in row ${row}`,
    );
  }
}
