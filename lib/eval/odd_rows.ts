/** Rows of embeddings whose neighbors say little, or less than they could. */

import type { EmbeddingSource } from "./embedding_matrix.ts";

/** How many rows are odd, of all. */
export interface OddRows {
  /** Without a direction: as similar to any row as to any other. */
  readonly zeroCount: number;
  /** So short that protocol `published`'s constant inside the root moves their neighbors; zeros left out. */
  readonly shortCount: number;
  readonly rowCount: number;
}

/** With the constant 1e-12, a row of this length keeps 99.5% of its similarities. */
const SHORT_LENGTH = 1e-5;
/** Values read at a time: 4 MiB. */
const PART_SIZE = 2 ** 20;

/** Counts rows of zeros and rows shorter than 1e-5. */
export function countOddRows(source: EmbeddingSource): OddRows {
  const { rowCount, columnCount } = source;
  const step = Math.max(1, Math.min(rowCount, Math.floor(PART_SIZE / columnCount)));
  const part = new Float32Array(step * columnCount);
  let [zeroCount, shortCount] = [0, 0];
  for (let first = 0; first < rowCount; first += step) {
    const count = Math.min(step, rowCount - first);
    source.readRows(first, count, part.subarray(0, count * columnCount));
    for (let row = 0; row < count; row++) {
      let squared = 0;
      for (let at = row * columnCount; at < (row + 1) * columnCount; at++) {
        squared += part[at]! ** 2;
      }
      if (squared === 0) zeroCount++;
      else if (squared < SHORT_LENGTH ** 2) shortCount++;
    }
  }
  return { zeroCount, shortCount, rowCount };
}
