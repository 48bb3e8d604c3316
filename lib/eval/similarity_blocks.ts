/** Cosine similarities of all queries with all of a gallery, a block of queries at a time. */

import * as tf from "@tensorflow/tfjs";
import { allRows } from "./class_layout.ts";
import { checkColumns, type EmbeddingMatrix, openEmbeddings } from "./embedding_matrix.ts";
import { UnitRows } from "./unit_rows.ts";

/** Similarities held at a time: 64 MiB, on the backend and here. */
const BLOCK_SIZE = 2 ** 24;

/** Similarities of some consecutive queries. */
export interface SimilarityBlock {
  readonly firstQuery: number;
  readonly queryCount: number;
  /** [queryCount, G], row-major. */
  readonly similarities: Float32Array;
}

/** Options of {@linkcode similarityBlocks}. */
export interface SimilarityBlocksOptions {
  /** Similarities held at a time, at least one row. @default {2 ** 24} */
  readonly blockSize?: number;
}

/**
 * Computes cosine similarities on the current backend, in blocks of bounded size: SOP's 60,502 x 60,502 at once
 * would take 14.6 GB.
 *
 * @param queries [Q, D] rows of any length.
 * @param gallery [G, D] rows of any length.
 * @param options Bound of a block.
 * @returns Yields blocks in the order of the queries; together they hold every query once.
 * @throws {RangeError} If a matrix is empty or not filled, D differs, or `blockSize` is less than 1.
 * @throws {InputError} If a value is not finite.
 */
export async function* similarityBlocks(
  queries: EmbeddingMatrix,
  gallery: EmbeddingMatrix,
  { blockSize = BLOCK_SIZE }: SimilarityBlocksOptions = {},
): AsyncGenerator<SimilarityBlock> {
  if (!(blockSize >= 1)) {
    throw new RangeError(
      `Cannot find neighbors as blockSize must be at least 1: it is ${blockSize}`,
    );
  }
  const openRows = (name: string, matrix: EmbeddingMatrix) =>
    new UnitRows(name, openEmbeddings(name, matrix), "corrected");
  const [queryRows, galleryRows] = [openRows("queries", queries), openRows("gallery", gallery)];
  checkColumns(queries, gallery);
  const rowsPerBlock = Math.max(1, Math.floor(blockSize / gallery.rowCount));
  const normalizedGallery = readTensor(galleryRows, 0, gallery.rowCount); // [G, D]
  try {
    for (let first = 0; first < queries.rowCount; first += rowsPerBlock) {
      const end = Math.min(first + rowsPerBlock, queries.rowCount);
      const block = tf.tidy(() =>
        tf.matMul(readTensor(queryRows, first, end), normalizedGallery, false, true)
      ); // [end - first, G]
      const similarities = await block.data<"float32">();
      block.dispose();
      yield { firstQuery: first, queryCount: end - first, similarities };
    }
  } finally {
    normalizedGallery.dispose();
  }
}

function readTensor(rows: UnitRows, first: number, end: number): tf.Tensor2D {
  const values = new Float32Array((end - first) * rows.columnCount);
  rows.copy(allRows(end - first).map((row) => first + row), values);
  return tf.tensor2d(values, [end - first, rows.columnCount]);
}
