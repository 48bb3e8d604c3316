/** What is to be ranked, apart from the embeddings: plain data, that a worker takes as it is. */

import { allRows, type ClassLayout, layOutClasses } from "./class_layout.ts";

/** Queries, the images that they look for, and what is counted. */
export interface RankingTask {
  readonly queries: ClassLayout;
  readonly images: ClassLayout;
  /** For each slot of the queries: the slots of the images of its class, from `starts` to before `ends`. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Slot of the image that the query is, which is then left out; -1 to leave out none. */
  readonly selfSlots: Int32Array;
  /** The last rank that is looked at of the query in each slot, and how many images of its class are; -1 without a query. */
  readonly capacities: Int32Array;
  /** Whether images that come before the second of the class are counted too. */
  readonly hasSecond: boolean;
  /** Whether only images that are more similar count: no tie comes before the best of the class. */
  readonly isStrict: boolean;
  /** Whether the queries are the images, block by block, so that a tile counts for both sides. */
  readonly isSymmetric: boolean;
}

/** Rules of a ranking. */
export interface RankingRules {
  /** Labels of the queries' rows. */
  readonly queryLabels: ArrayLike<number>;
  /** Rows that are queries, ascending. */
  readonly queryRows: Int32Array;
  /** Labels of the images' rows. */
  readonly imageLabels: ArrayLike<number>;
  /** Whether a query is the image of the same row, and whether it is left out then. */
  readonly self: "none" | "kept" | "left out";
  /** The last rank that is looked at, by the number of images of the query's class: at most those that it is to find. */
  readonly capacityOf: (classSize: number) => number;
  readonly isStrict: boolean;
}

/** Bytes that the images of the queries' classes may take at a time. */
const KEPT_BYTES = 2 ** 27;
/** Of one of them: similarity, row, count. */
const IMAGE_BYTES = 12;

/**
 * Lays out a ranking. Queries that are all of the images share one layout, and are ranked from half of the similarities, if no class is
 * larger than a block and what is kept of all of them fits.
 *
 * @param blockSize Images of a block; a multiple of 16.
 * @param threadCount How many keep images of their own.
 */
export function planRanking(
  rules: RankingRules,
  blockSize: number,
  threadCount: number,
): RankingTask {
  const { queryLabels, queryRows, imageLabels, self, capacityOf, isStrict } = rules;
  const images = layOutClasses(imageLabels, allRows(imageLabels.length), blockSize);
  let [largestClass, keptCount] = [0, 0];
  for (const [start, end] of images.ranges.values()) {
    largestClass = Math.max(largestClass, end - start);
    keptCount += (end - start) * capacityOf(end - start);
  }
  const isSymmetric = self !== "none" && queryRows.length === imageLabels.length &&
    largestClass <= blockSize && keptCount * IMAGE_BYTES * threadCount <= KEPT_BYTES;
  const queries = isSymmetric ? images : layOutClasses(
    queryLabels,
    queryRows,
    queryBlockSize(blockSize, capacityOf(largestClass) * threadCount),
  );
  const slotCount = queries.rows.length;
  const task = {
    queries,
    images,
    starts: new Int32Array(slotCount),
    ends: new Int32Array(slotCount),
    selfSlots: new Int32Array(slotCount).fill(-1),
    capacities: new Int32Array(slotCount).fill(-1),
    hasSecond: self === "kept",
    isStrict,
    isSymmetric,
  };
  const slotOf = self === "left out" ? invert(images, imageLabels.length) : null;
  queries.rows.forEach((row, slot) => {
    if (row < 0) return;
    const [start, end] = images.ranges.get(queryLabels[row]!) ?? [0, 0];
    task.starts[slot] = start;
    task.ends[slot] = end;
    task.capacities[slot] = capacityOf(end - start);
    if (slotOf) task.selfSlots[slot] = slotOf[row]!;
  });
  return task;
}

/** Fewer queries at a time where each keeps many images. */
function queryBlockSize(blockSize: number, capacity: number): number {
  const fitting = Math.floor(KEPT_BYTES / IMAGE_BYTES / Math.max(1, capacity) / 16) * 16;
  return Math.max(16, Math.min(blockSize, fitting));
}

/** Slot of each row. */
function invert({ rows }: ClassLayout, rowCount: number): Int32Array {
  const slots = new Int32Array(rowCount);
  rows.forEach((row, slot) => {
    if (row >= 0) slots[row] = slot;
  });
  return slots;
}

/** First and last block of the images of the classes of a block of queries; `null` if there are none. */
export function findClassBlocks(
  { queries, images, starts, ends }: RankingTask,
  block: number,
): readonly [first: number, last: number] | null {
  const from = block * queries.blockSize;
  let [first, end] = [Infinity, 0];
  for (let slot = from; slot < from + queries.counts[block]!; slot++) {
    if (ends[slot]! === starts[slot]!) continue;
    first = Math.min(first, starts[slot]!);
    end = Math.max(end, ends[slot]!);
  }
  const { blockSize } = images;
  return end === 0 ? null : [Math.floor(first / blockSize), Math.floor((end - 1) / blockSize)];
}
