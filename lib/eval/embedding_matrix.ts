/** Embeddings outside of any backend: what retrieval works on. */

/** Embeddings of N images. */
export interface EmbeddingMatrix {
  /** [N, D], row-major. */
  readonly data: Float32Array;
  /** N. */
  readonly rowCount: number;
  /** D. */
  readonly columnCount: number;
}

/** Embeddings of N images that are read a few rows at a time, such as from a file that is larger than the memory. */
export interface EmbeddingSource {
  /** N. */
  readonly rowCount: number;
  /** D. */
  readonly columnCount: number;
  /**
   * Copies consecutive rows.
   *
   * @param target [count, D].
   */
  readRows(first: number, count: number, target: Float32Array): void;
}

/**
 * Checks the sizes of embeddings, and gives what their rows are read from.
 *
 * @param name What they are, for errors.
 * @throws {RangeError} If there is no row or no column, or `data` does not fill the matrix.
 */
export function openEmbeddings(
  name: string,
  embeddings: EmbeddingMatrix | EmbeddingSource,
): EmbeddingSource {
  const { rowCount, columnCount } = embeddings;
  if (rowCount === 0) {
    throw new RangeError(
      `Cannot find neighbors as ${name} must have at least one row: it is 0 rows`,
    );
  }
  checkCount(name, "rows", rowCount);
  checkCount(name, "columns", columnCount);
  if (!("data" in embeddings)) return embeddings;
  const { data } = embeddings;
  if (data.length !== rowCount * columnCount) {
    throw new RangeError(
      `Cannot find neighbors as ${name} must have ${rowCount} x ${columnCount} values: it is ${data.length}`,
    );
  }
  if (!ArrayBuffer.isView(data)) {
    throw new RangeError(
      `Cannot find neighbors as data of ${name} must be a Float32Array: it is an array; use Float32Array.from(data)`,
    );
  }
  return {
    rowCount,
    columnCount,
    readRows: (first, count, target) =>
      target.set(data.subarray(first * columnCount, (first + count) * columnCount)),
  };
}

/** Without a column all rows are equal, and any order of them looks like a result. */
function checkCount(name: string, what: string, count: number): void {
  if (Number.isInteger(count) && count >= 1) return;
  throw new RangeError(
    `Cannot find neighbors as ${name} must have a whole number of ${what}, at least 1: it is ${count}`,
  );
}

/**
 * Checks that two sets of embeddings are of one space.
 *
 * @throws {RangeError} If D differs.
 */
export function checkColumns(
  queries: { readonly columnCount: number },
  gallery: { readonly columnCount: number },
): void {
  if (queries.columnCount === gallery.columnCount) return;
  throw new RangeError(
    `Cannot find neighbors as the gallery must have ${queries.columnCount} columns, as the queries have: ` +
      `it is ${gallery.columnCount}`,
  );
}
