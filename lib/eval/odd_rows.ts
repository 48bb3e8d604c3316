/** Rows of embeddings whose neighbors say little, or less than they could. */

import { type EmbeddingMatrix, type EmbeddingSource, openEmbeddings } from "./embedding_matrix.ts";

/** How many rows are odd, of all. */
export interface OddRows {
  /** Without a direction: as similar to any row as to any other. */
  readonly zeroCount: number;
  /** So short that protocol `published`'s constant inside the root moves their neighbors; zeros left out. */
  readonly shortCount: number;
  /** All, where all are the same row, zeros left out: only their order in the file tells them apart. */
  readonly equalCount: number;
  readonly rowCount: number;
}

/** With the constant 1e-12, a row of this length keeps 99.5% of its similarities. */
const SHORT_LENGTH = 1e-5;
/** Values read at a time: 4 MiB. */
const PART_SIZE = 2 ** 20;

/** Counts rows of zeros, rows shorter than 1e-5, and rows that are all the same. */
export function countOddRows(source: EmbeddingSource): OddRows {
  const { rowCount, columnCount } = source;
  const step = Math.max(1, Math.min(rowCount, Math.floor(PART_SIZE / columnCount)));
  const part = new Float32Array(step * columnCount);
  const firstRow = new Float32Array(columnCount);
  source.readRows(0, 1, firstRow);
  let [zeroCount, shortCount, areEqual] = [0, 0, rowCount > 1];
  for (let first = 0; first < rowCount; first += step) {
    const count = Math.min(step, rowCount - first);
    source.readRows(first, count, part.subarray(0, count * columnCount));
    for (let row = 0; row < count; row++) {
      let squared = 0;
      for (let at = row * columnCount; at < (row + 1) * columnCount; at++) {
        squared += part[at]! ** 2;
      }
      areEqual &&= firstRow.every((value, column) => value === part[row * columnCount + column]);
      if (squared === 0) zeroCount++;
      else if (squared < SHORT_LENGTH ** 2) shortCount++;
    }
  }
  const equalCount = areEqual && zeroCount === 0 ? rowCount : 0;
  return { zeroCount, shortCount, equalCount, rowCount };
}

/** The same of several sets together, such as queries and gallery. */
export function countOddRowsOf(
  sets: readonly (EmbeddingMatrix | EmbeddingSource)[],
): OddRows {
  return sets.map((set) => countOddRows(openEmbeddings("embeddings", set))).reduce((a, b) => ({
    zeroCount: a.zeroCount + b.zeroCount,
    shortCount: a.shortCount + b.shortCount,
    equalCount: a.equalCount + b.equalCount,
    rowCount: a.rowCount + b.rowCount,
  }));
}
