/** The nearest images of every query. */

import type { EmbeddingMatrix } from "./embedding_matrix.ts";
import { selectLargest } from "./select_largest.ts";
import { similarityBlocks } from "./similarity_blocks.ts";

export type { EmbeddingMatrix } from "./embedding_matrix.ts";

/** Options of {@linkcode findNeighbors}. */
export interface FindNeighborsOptions {
  /** Whether row i of the gallery, the query itself, is left out of the list of query i. @default {false} */
  readonly excludeSelf?: boolean;
  /** Similarities held at a time. @default {2 ** 24} */
  readonly blockSize?: number;
}

/** Neighbor lists of consecutive queries, best first. */
export interface NeighborLists {
  /** Q, the number of lists. */
  readonly queryCount: number;
  /** Length of each list. */
  readonly count: number;
  /** [queryCount, count] rows of the gallery, row-major. */
  readonly indices: Int32Array;
  /** [queryCount, count] cosines, row-major. */
  readonly similarities: Float32Array;
}

/** Neighbor lists of one block of queries. */
export interface NeighborBlock extends NeighborLists {
  readonly firstQuery: number;
}

/**
 * Finds the nearest rows of a gallery for every query, by cosine similarity on the current backend. Among equal
 * similarities the lower index comes first.
 *
 * @param queries [Q, D] rows of any length.
 * @param gallery [G, D] rows of any length.
 * @param count Length of the lists; at most what the gallery has.
 * @param options Whether to leave out the query itself.
 * @returns Lists of min(count, what the gallery has) entries.
 * @throws {RangeError} If sizes disagree, count is not a whole number of at least 1, or `excludeSelf` leaves nothing.
 * @throws {InputError} If a value is not finite.
 */
export async function findNeighbors(
  queries: EmbeddingMatrix,
  gallery: EmbeddingMatrix,
  count: number,
  options: FindNeighborsOptions = {},
): Promise<NeighborLists> {
  const length = listLength(queries, gallery, count, options.excludeSelf ?? false);
  const indices = new Int32Array(queries.rowCount * length);
  const similarities = new Float32Array(queries.rowCount * length);
  for await (const block of neighborBlocks(queries, gallery, count, options)) {
    indices.set(block.indices, block.firstQuery * length);
    similarities.set(block.similarities, block.firstQuery * length);
  }
  return { queryCount: queries.rowCount, count: length, indices, similarities };
}

/**
 * The same, a block of queries at a time: SOP's lists of 1,000 take 484 MB together.
 *
 * @returns Yields blocks in the order of the queries.
 * @throws As {@linkcode findNeighbors}.
 */
export async function* neighborBlocks(
  queries: EmbeddingMatrix,
  gallery: EmbeddingMatrix,
  count: number,
  { excludeSelf = false, blockSize }: FindNeighborsOptions = {},
): AsyncGenerator<NeighborBlock> {
  const length = listLength(queries, gallery, count, excludeSelf);
  for await (const block of similarityBlocks(queries, gallery, { blockSize })) {
    const { firstQuery, queryCount } = block;
    const indices = new Int32Array(queryCount * length);
    const similarities = new Float32Array(queryCount * length);
    for (let i = 0; i < queryCount; i++) {
      const row = block.similarities.subarray(i * gallery.rowCount, (i + 1) * gallery.rowCount);
      const selected = indices.subarray(i * length, (i + 1) * length);
      selectLargest(row, length, excludeSelf ? firstQuery + i : -1, selected);
      for (let rank = 0; rank < length; rank++) {
        similarities[i * length + rank] = row[selected[rank]!]!;
      }
    }
    yield { firstQuery, queryCount, count: length, indices, similarities };
  }
}

function listLength(
  queries: EmbeddingMatrix,
  gallery: EmbeddingMatrix,
  count: number,
  excludeSelf: boolean,
): number {
  if (!Number.isInteger(count) || count < 1) {
    throw new RangeError(
      `Cannot find neighbors as count must be a whole number of at least 1: it is ${count}`,
    );
  }
  if (!excludeSelf) return Math.min(count, gallery.rowCount);
  if (queries.rowCount !== gallery.rowCount || gallery.rowCount < 2) {
    throw new RangeError(
      `Cannot find neighbors as excludeSelf must have queries that are the gallery, of at least 2 rows: ` +
        `it is ${queries.rowCount} queries in ${gallery.rowCount} rows`,
    );
  }
  return Math.min(count, gallery.rowCount - 1);
}
