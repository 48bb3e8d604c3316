/** Images in the order of their classes, in blocks: those of a class lie side by side. */

/** Where images lie. A slot is a place in the order; a block is as many consecutive slots for every block. */
export interface ClassLayout {
  /** Slots of a block, a multiple of 16. */
  readonly blockSize: number;
  /** Blocks. */
  readonly blockCount: number;
  /** Row of the image in each slot; -1 at the end of a block that has images for fewer. */
  readonly rows: Int32Array;
  /** Images of each block: they are in its first slots. */
  readonly counts: Int32Array;
  /** First slot of each class and the one after its last, by label. */
  readonly ranges: ReadonlyMap<number, readonly [start: number, end: number]>;
}

/**
 * Lays images out by ascending label. A class that fits into a block is in one; a larger one begins a block, and fills as
 * many as it needs.
 *
 * @param labels Of the images `rows`.
 * @param rows Rows of the images; ascending.
 */
export function layOutClasses(
  labels: ArrayLike<number>,
  rows: Int32Array,
  blockSize: number,
): ClassLayout {
  const sizes = new Map<number, number>();
  for (const row of rows) sizes.set(labels[row]!, (sizes.get(labels[row]!) ?? 0) + 1);
  const ranges = new Map<number, [number, number]>();
  let next = 0;
  for (const label of Float64Array.from(sizes.keys()).sort()) {
    const size = sizes.get(label)!;
    const used = next % blockSize;
    if (used > 0 && used + size > blockSize) next += blockSize - used;
    ranges.set(label, [next, next]); // the end moves as images come
    next += size;
  }
  const blockCount = Math.ceil(next / blockSize);
  const slots = new Int32Array(blockCount * blockSize).fill(-1);
  for (const row of rows) slots[ranges.get(labels[row]!)![1]++] = row;
  const counts = Int32Array.from({ length: blockCount }, (_, block) => {
    const end = slots.subarray(block * blockSize, (block + 1) * blockSize).indexOf(-1);
    return end < 0 ? blockSize : end;
  });
  return { blockSize, blockCount, rows: slots, counts, ranges };
}

/** Rows of a block, with -1 where it has none. */
export function rowsOfBlock({ rows, blockSize }: ClassLayout, block: number): Int32Array {
  return rows.subarray(block * blockSize, (block + 1) * blockSize);
}

/** 0 ... count - 1. */
export function allRows(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, row) => row);
}
