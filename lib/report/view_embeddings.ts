/** What the neighbors and similarities of test images say of a network. */

import type { ImageRecord } from "../dataset/record.ts";
import { type EmbeddingMatrix, findNeighbors, type NeighborLists } from "../eval/neighbors.ts";
import type { NetworkView } from "./model_view.ts";

/** Neighbors that a query is shown with. */
export const SHOWN_NEIGHBORS = 6;
const HARDEST_COUNT = 10;
const TAKEN_FOR_COUNT = 3;
const BIN_COUNT = 40;

/** Test images and where a network puts them. */
export interface EmbeddedSets {
  readonly queries: readonly ImageRecord[];
  readonly gallery: readonly ImageRecord[];
  /** [Q, D], unit rows. */
  readonly queryRows: EmbeddingMatrix;
  /** [G, D], unit rows. */
  readonly galleryRows: EmbeddingMatrix;
  /** Whether queries and gallery are the same images: none finds itself. */
  readonly isSelf: boolean;
}

/** Nearest images of every query. */
export function findShownNeighbors(sets: EmbeddedSets): Promise<NeighborLists> {
  return findNeighbors(sets.queryRows, sets.galleryRows, SHOWN_NEIGHBORS, {
    excludeSelf: sets.isSelf,
  });
}

/** Queries with the most wrong neighbors, then with the most similar wrong one; ties by their order. */
export function listWorst(sets: EmbeddedSets, found: NeighborLists, count: number): number[] {
  const scores = sets.queries.map((query, i) => {
    let [wrongCount, similarity] = [0, -1];
    for (let rank = 0; rank < found.count; rank++) {
      const at = i * found.count + rank;
      if (sets.gallery[found.indices[at]!]!.classId === query.classId) continue;
      wrongCount++;
      similarity = Math.max(similarity, found.similarities[at]!);
    }
    return { i, wrongCount, similarity };
  });
  return scores.toSorted((a, b) =>
    b.wrongCount - a.wrongCount || b.similarity - a.similarity || a.i - b.i
  ).slice(0, count).map(({ i }) => i);
}

/** Classes of the lowest share of queries whose nearest image is right. */
export function listHardest(
  { queries, gallery }: EmbeddedSets,
  found: NeighborLists,
): NetworkView["hardest"] {
  const nearest = queries.map((query, i) => ({
    classId: query.classId,
    found: gallery[found.indices[i * found.count]!]!.classId,
  }));
  return [...Map.groupBy(nearest, ({ classId }) => classId)].map(([classId, members]) => {
    const wrong = members.filter(({ found }) => found !== classId);
    const takenFor = [...Map.groupBy(wrong, ({ found }) => found)]
      .map(([classId, members]) => ({ classId, count: members.length }))
      .toSorted((a, b) => b.count - a.count || (a.classId < b.classId ? -1 : 1))
      .slice(0, TAKEN_FOR_COUNT);
    const recallAt1 = 100 * (members.length - wrong.length) / members.length;
    return { classId, queryCount: members.length, recallAt1, takenFor };
  }).toSorted((a, b) => a.recallAt1 - b.recallAt1 || (a.classId < b.classId ? -1 : 1))
    .slice(0, HARDEST_COUNT);
}

/** Cosines of all pairs of rows, in bins, for pairs of one class and of two. */
export function countSimilarities(
  { data, rowCount, columnCount }: EmbeddingMatrix,
  classIds: readonly string[],
): NetworkView["similarities"] {
  const [right, wrong] = [0, 1].map(() => new Array<number>(BIN_COUNT).fill(0));
  for (let i = 0; i < rowCount; i++) {
    for (let j = i + 1; j < rowCount; j++) {
      let cosine = 0;
      for (let d = 0; d < columnCount; d++) {
        cosine += data[i * columnCount + d]! * data[j * columnCount + d]!;
      }
      const bin = Math.max(0, Math.min(BIN_COUNT - 1, Math.floor((cosine + 1) / 2 * BIN_COUNT)));
      (classIds[i] === classIds[j] ? right : wrong)![bin]!++;
    }
  }
  return { imageCount: rowCount, right: right!, wrong: wrong! };
}
