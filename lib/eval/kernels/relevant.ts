// deno-lint-ignore-file
// @ts-nocheck AssemblyScript: TypeScript's syntax, its own types
// What is known of each query: the images of its class, best first, and how many others come before each of them. `table` holds
// the addresses of arrays with an entry for each query:
//
//   0 best, 4 bestIndex      the most similar image of the query's class: float32, int32
//   8 second, 12 secondIndex the next one
//   16 aboveBest, 20 aboveSecond  int32: images of other classes that come before these
//   24 capacity              int32: images of the class that are kept, and the last rank that is looked at
//   28 size                  int32: those of them that may have such a rank
//   32 entry                 float32: similarity of the last of these
//   36 relevant              uint32, address: [capacity] float32, [capacity] int32; best first once `orderRelevant` has run
//   40 between               uint32, address: [capacity] int32, images of other classes after the one before it and before this one
//   44 total                 int32: their sum over `size`
//
// Images come in the order (similarity descending, index ascending); an index is the image's row in the file.

import { offer, sortHeap } from "./heap.ts";
import { sumLanes } from "./lanes.ts";

/** Similarities that are counted one after the other, in bytes. */
const LAST_BYTES: usize = 256;

/** The address of a query's entry. */
export function slot(table: usize, field: usize, query: i32): usize {
  return <usize> load<u32>(table + field) + (<usize> query << 2);
}

/**
 * Collects the best images of each query's class.
 *
 * @param tile Rows of queries, columns of images; `stride` bytes from row to row.
 * @param starts For each query of the tile, int32: first image of its class, and in `ends` the one after the last, counted
 *   as `firstImage` counts; those outside of the tile are left out.
 * @param imageIndices Rows of the images of the tile. An image of similarity -Infinity is left out: it is the query itself.
 */
export function collectRelevant(
  table: usize,
  firstQuery: i32,
  queryCount: i32,
  tile: usize,
  stride: usize,
  starts: usize,
  ends: usize,
  firstImage: i32,
  imageCount: i32,
  imageIndices: usize,
): void {
  for (let n = 0; n < queryCount; n++) {
    const at = <usize> n << 2;
    const from = max(load<i32>(starts + at) - firstImage, 0);
    const to = min(load<i32>(ends + at) - firstImage, imageCount);
    const capacity = load<i32>(slot(table, 24, firstQuery + n));
    const relevant = <usize> load<u32>(slot(table, 36, firstQuery + n));
    const indices = relevant + (<usize> capacity << 2);
    let size = load<i32>(slot(table, 28, firstQuery + n));
    for (let i = from; i < to; i++) {
      const x = load<f32>(tile + <usize> n * stride + (<usize> i << 2));
      if (x == -Infinity) continue;
      const index = load<i32>(imageIndices + (<usize> i << 2));
      size = offer(relevant, indices, capacity, size, x, index);
    }
    store<i32>(slot(table, 28, firstQuery + n), size);
  }
}

/**
 * Orders what was collected; counting may begin.
 *
 * @param scratch 8 bytes for each of the largest capacity rounded up to a multiple of 4.
 */
export function orderRelevant(
  table: usize,
  firstQuery: i32,
  queryCount: i32,
  scratch: usize,
): void {
  for (let n = firstQuery; n < firstQuery + queryCount; n++) {
    const size = load<i32>(slot(table, 28, n));
    const relevant = <usize> load<u32>(slot(table, 36, n));
    const indices = relevant + (<usize> load<i32>(slot(table, 24, n)) << 2);
    sortHeap(relevant, indices, size, scratch);
    if (size > 0) {
      store<f32>(slot(table, 0, n), load<f32>(relevant));
      store<i32>(slot(table, 4, n), load<i32>(indices));
    }
    if (size > 1) {
      store<f32>(slot(table, 8, n), load<f32>(relevant, 4));
      store<i32>(slot(table, 12, n), load<i32>(indices, 4));
    }
    setSize(table, n, size);
  }
}

// How many of the class are still looked at.
function setSize(table: usize, query: i32, size: i32): void {
  store<i32>(slot(table, 28, query), size);
  const relevant = <usize> load<u32>(slot(table, 36, query));
  const entry: f32 = size > 0 ? load<f32>(relevant + (<usize> (size - 1) << 2)) : Infinity;
  store<f32>(slot(table, 32, query), entry);
}

/** Counts an image of another class for those of the class that come after it, where it comes before the last of them. */
export function place(table: usize, query: i32, x: f32, index: i32): void {
  const size = load<i32>(slot(table, 28, query));
  const relevant = <usize> load<u32>(slot(table, 36, query));
  const indices = relevant + (<usize> load<i32>(slot(table, 24, query)) << 2);
  let low = countAbove(relevant, size, x);
  for (let at = <usize> low << 2; low < size; low++, at += 4) {
    if (load<f32>(relevant + at) != x || load<i32>(indices + at) > index) break;
  }
  if (low == size) return;
  const between = <usize> load<u32>(slot(table, 40, query)) + (<usize> low << 2);
  store<i32>(between, load<i32>(between) + 1);
  dropLate(table, query, load<i32>(slot(table, 44, query)) + 1);
}

// How many of `size` descending similarities are above x. Halves without a branch, which would be guessed wrong half of the time.
function countAbove(similarities: usize, size: i32, x: f32): i32 {
  let from = similarities, span = <usize> size << 2;
  while (span > LAST_BYTES) {
    const half = (span >> 3) << 2;
    from = load<f32>(from + half - 4) > x ? from + half : from;
    span -= half;
  }
  const end = from + span, xs = f32x4.splat(x);
  let above = i32x4.splat(0);
  let at = from;
  for (; at + 16 <= end; at += 16) above = i32x4.sub(above, f32x4.gt(v128.load(at), xs));
  let count = <i32> ((from - similarities) >> 2) + sumLanes(above);
  for (; at < end; at += 4) count += i32(load<f32>(at) > x);
  return count;
}

// Forgets those at the end whose rank is too high: that of the last is size + total.
function dropLate(table: usize, query: i32, total: i32): void {
  const capacity = load<i32>(slot(table, 24, query));
  let size = load<i32>(slot(table, 28, query));
  if (size + total > capacity) {
    const between = <usize> load<u32>(slot(table, 40, query));
    while (size > 0 && size + total > capacity) {
      size--;
      total -= load<i32>(between + (<usize> size << 2));
    }
    setSize(table, query, size);
  }
  store<i32>(slot(table, 44, query), total);
}

/** Adds what was counted elsewhere for the same queries and images of their classes. */
export function mergeQueries(table: usize, other: usize, queryCount: i32): void {
  for (let n = 0; n < queryCount; n++) {
    for (let field: usize = 16; field < 24; field += 4) {
      const counter = slot(table, field, n);
      store<i32>(counter, load<i32>(counter) + load<i32>(slot(other, field, n)));
    }
    const size = min(load<i32>(slot(table, 28, n)), load<i32>(slot(other, 28, n)));
    const between = <usize> load<u32>(slot(table, 40, n));
    const added = <usize> load<u32>(slot(other, 40, n));
    let total = 0;
    for (let i: usize = 0; i < <usize> size << 2; i += 4) {
      const sum = load<i32>(between + i) + load<i32>(added + i);
      store<i32>(between + i, sum);
      total += sum;
    }
    setSize(table, n, size);
    dropLate(table, n, total);
  }
}
