// deno-lint-ignore-file
// @ts-nocheck AssemblyScript: TypeScript's syntax, its own types
// Ranks by counting. A tile holds similarities of some queries with some images; what is known of each query grows tile by
// tile. `table` holds the addresses of arrays with an entry for each query:
//
//   0 best, 4 bestIndex      the most similar image of the query's class: float32, int32
//   8 second, 12 secondIndex the next one
//   16 aboveBest, 20 aboveSecond  int32: images that come before these
//   24 capacity, 28 size     int32, of the heap of the best images
//   32 entry                 float32: what a candidate of the heap must reach
//   36 heap                  uint32, address: [capacity] float32, [capacity] int32
//
// Images come in the order (similarity descending, index ascending); an index is the image's row in the file.

import { isWorse, offer, sortHeap } from "./heap.ts";

/** Rows of a tile that stay in the cache for both directions. */
const ROW_BLOCK: i32 = 64;

// @ts-ignore decorator

function slot(table: usize, field: usize, query: i32): usize {
  return <usize> load<u32>(table + field) + (<usize> query << 2);
}

/**
 * Finds the best two images of each query's class.
 *
 * @param tile Rows of queries, columns of images; `stride` bytes from row to row.
 * @param starts For each query of the tile, int32: first image of its class, and in `ends` the one after the last, counted
 *   as `firstImage` counts; those outside of the tile are left out.
 * @param imageIndices Rows of the images of the tile.
 */
export function findBest(
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
    const best = slot(table, 0, firstQuery + n);
    const bestIndex = slot(table, 4, firstQuery + n);
    const second = slot(table, 8, firstQuery + n);
    const secondIndex = slot(table, 12, firstQuery + n);
    for (let i = from; i < to; i++) {
      const index = load<i32>(imageIndices + (<usize> i << 2));
      const x = load<f32>(tile + <usize> n * stride + (<usize> i << 2));
      if (isWorse(load<f32>(best), load<i32>(bestIndex), x, index)) {
        store<f32>(second, load<f32>(best));
        store<i32>(secondIndex, load<i32>(bestIndex));
        store<f32>(best, x);
        store<i32>(bestIndex, index);
      } else if (isWorse(load<f32>(second), load<i32>(secondIndex), x, index)) {
        store<f32>(second, x);
        store<i32>(secondIndex, index);
      }
    }
  }
}

/**
 * Counts a tile for the queries of its rows and, if `columnTable` is not 0, for those of its columns: similarities are the
 * same both ways.
 *
 * @param stride Bytes from row to row, a multiple of 32; the tile may be read up to it. The columns' queries up to the next
 *   multiple of 8 exist, with `best`, `second` and `entry` infinite.
 * @param hasSecond Whether aboveSecond is wanted.
 */
export function countTile(
  rowTable: usize,
  firstRow: i32,
  rowCount: i32,
  columnTable: usize,
  firstColumn: i32,
  columnCount: i32,
  tile: usize,
  stride: usize,
  rowIndices: usize,
  columnIndices: usize,
  hasSecond: i32,
): void {
  for (let block = 0; block < rowCount; block += ROW_BLOCK) {
    const end = min(block + ROW_BLOCK, rowCount);
    for (let r = block; r < end; r++) {
      const values = tile + <usize> r * stride;
      countRow(rowTable, firstRow + r, values, columnCount, columnIndices, hasSecond);
    }
    if (columnTable == 0) continue;
    const values = tile + <usize> block * stride;
    const indices = rowIndices + (<usize> block << 2);
    for (let c = 0; c < columnCount; c += 8) {
      countColumns(
        columnTable,
        firstColumn + c,
        values + (<usize> c << 2),
        stride,
        end - block,
        indices,
        hasSecond,
      );
    }
  }
}

// One query, the images of a row.
function countRow(
  table: usize,
  query: i32,
  values: usize,
  count: i32,
  indices: usize,
  hasSecond: i32,
): void {
  const best = load<f32>(slot(table, 0, query));
  const second = hasSecond ? load<f32>(slot(table, 8, query)) : best;
  const bests = f32x4.splat(best);
  const seconds = f32x4.splat(second);
  let entry = load<f32>(slot(table, 32, query));
  let entries = f32x4.splat(entry);
  let above = i32x4.splat(0);
  let aboveSecond = i32x4.splat(0);
  let i = 0;
  for (; i + 16 <= count; i += 16) {
    const at = values + (<usize> i << 2);
    const x0 = v128.load(at);
    const x1 = v128.load(at, 16);
    const x2 = v128.load(at, 32);
    const x3 = v128.load(at, 48);
    above = i32x4.sub(above, f32x4.gt(x0, bests));
    above = i32x4.sub(above, f32x4.gt(x1, bests));
    above = i32x4.sub(above, f32x4.gt(x2, bests));
    above = i32x4.sub(above, f32x4.gt(x3, bests));
    let flags = v128.or(
      v128.or(
        v128.or(f32x4.ge(x0, entries), f32x4.ge(x1, entries)),
        v128.or(f32x4.ge(x2, entries), f32x4.ge(x3, entries)),
      ),
      v128.or(
        v128.or(f32x4.eq(x0, bests), f32x4.eq(x1, bests)),
        v128.or(f32x4.eq(x2, bests), f32x4.eq(x3, bests)),
      ),
    );
    if (hasSecond) {
      aboveSecond = i32x4.sub(aboveSecond, f32x4.gt(x0, seconds));
      aboveSecond = i32x4.sub(aboveSecond, f32x4.gt(x1, seconds));
      aboveSecond = i32x4.sub(aboveSecond, f32x4.gt(x2, seconds));
      aboveSecond = i32x4.sub(aboveSecond, f32x4.gt(x3, seconds));
      flags = v128.or(
        flags,
        v128.or(
          v128.or(f32x4.eq(x0, seconds), f32x4.eq(x1, seconds)),
          v128.or(f32x4.eq(x2, seconds), f32x4.eq(x3, seconds)),
        ),
      );
    }
    if (v128.any_true(flags)) {
      for (let lane: usize = 0; lane < 64; lane += 4) {
        consider(
          table,
          query,
          load<f32>(at + lane),
          load<i32>(indices + (<usize> i << 2) + lane),
          hasSecond,
        );
      }
      entry = load<f32>(slot(table, 32, query));
      entries = f32x4.splat(entry);
    }
  }
  let rest = 0, restSecond = 0;
  for (; i < count; i++) {
    const x = load<f32>(values + (<usize> i << 2));
    if (x > best) rest++;
    if (x > second) restSecond++;
    consider(table, query, x, load<i32>(indices + (<usize> i << 2)), hasSecond);
  }
  const counter = slot(table, 16, query);
  store<i32>(counter, load<i32>(counter) + rest + sumLanes(above));
  if (!hasSecond) return;
  const counterSecond = slot(table, 20, query);
  store<i32>(counterSecond, load<i32>(counterSecond) + restSecond + sumLanes(aboveSecond));
}

// 8 queries, the images of a column of each.
function countColumns(
  table: usize,
  query: i32,
  values: usize,
  stride: usize,
  count: i32,
  indices: usize,
  hasSecond: i32,
): void {
  const bestAt = slot(table, 0, query);
  const secondAt = slot(table, 8, query);
  const entryAt = slot(table, 32, query);
  const b0 = v128.load(bestAt);
  const b1 = v128.load(bestAt, 16);
  let e0 = v128.load(entryAt);
  let e1 = v128.load(entryAt, 16);
  let above0 = i32x4.splat(0), above1 = above0, next0 = above0, next1 = above0;
  for (let r = 0; r < count; r++) {
    const x0 = v128.load(values);
    const x1 = v128.load(values, 16);
    above0 = i32x4.sub(above0, f32x4.gt(x0, b0));
    above1 = i32x4.sub(above1, f32x4.gt(x1, b1));
    let flags = v128.or(
      v128.or(f32x4.ge(x0, e0), f32x4.ge(x1, e1)),
      v128.or(f32x4.eq(x0, b0), f32x4.eq(x1, b1)),
    );
    if (hasSecond) {
      const s0 = v128.load(secondAt);
      const s1 = v128.load(secondAt, 16);
      next0 = i32x4.sub(next0, f32x4.gt(x0, s0));
      next1 = i32x4.sub(next1, f32x4.gt(x1, s1));
      flags = v128.or(flags, v128.or(f32x4.eq(x0, s0), f32x4.eq(x1, s1)));
    }
    if (v128.any_true(flags)) {
      const index = load<i32>(indices + (<usize> r << 2));
      for (let lane = 0; lane < 8; lane++) {
        consider(table, query + lane, load<f32>(values + (<usize> lane << 2)), index, hasSecond);
      }
      e0 = v128.load(entryAt);
      e1 = v128.load(entryAt, 16);
    }
    values += stride;
  }
  addLanes(slot(table, 16, query), above0, above1);
  if (hasSecond) addLanes(slot(table, 20, query), next0, next1);
}

// A similarity that may be a candidate of the heap, or a tie with the best.
function consider(table: usize, query: i32, x: f32, index: i32, hasSecond: i32): void {
  if (x == load<f32>(slot(table, 0, query)) && index < load<i32>(slot(table, 4, query))) {
    const counter = slot(table, 16, query);
    store<i32>(counter, load<i32>(counter) + 1);
  }
  if (
    hasSecond && x == load<f32>(slot(table, 8, query)) &&
    index < load<i32>(slot(table, 12, query))
  ) {
    const counter = slot(table, 20, query);
    store<i32>(counter, load<i32>(counter) + 1);
  }
  if (x >= load<f32>(slot(table, 32, query))) keep(table, query, x, index);
}

// Offers a candidate to the heap of a query.
function keep(table: usize, query: i32, x: f32, index: i32): void {
  const capacity = load<i32>(slot(table, 24, query));
  if (capacity == 0 || x == -Infinity) return; // -Infinity: the query itself
  const sizeAt = slot(table, 28, query);
  const heap = <usize> load<u32>(slot(table, 36, query));
  const size = offer(heap, heap + (<usize> capacity << 2), capacity, load<i32>(sizeAt), x, index);
  store<i32>(sizeAt, size);
  if (size == capacity) store<f32>(slot(table, 32, query), load<f32>(heap));
}

/** Offers the heaps of other arrays of the same queries, and adds their counts. */
export function mergeQueries(table: usize, other: usize, queryCount: i32): void {
  for (let n = 0; n < queryCount; n++) {
    for (let field: usize = 16; field < 24; field += 4) {
      const counter = slot(table, field, n);
      store<i32>(counter, load<i32>(counter) + load<i32>(slot(other, field, n)));
    }
    const capacity = <usize> load<i32>(slot(other, 24, n));
    const size = <usize> load<i32>(slot(other, 28, n));
    const heap = <usize> load<u32>(slot(other, 36, n));
    for (let i: usize = 0; i < size << 2; i += 4) {
      keep(table, n, load<f32>(heap + i), load<i32>(heap + (capacity << 2) + i));
    }
  }
}

/** Orders the heaps of the queries from best to worst. */
export function sortHeaps(table: usize, queryCount: i32): void {
  for (let n = 0; n < queryCount; n++) {
    const heap = <usize> load<u32>(slot(table, 36, n));
    const capacity = <usize> load<i32>(slot(table, 24, n));
    sortHeap(heap, heap + (capacity << 2), load<i32>(slot(table, 28, n)));
  }
}

// @ts-ignore decorator

function sumLanes(v: v128): i32 {
  return i32x4.extract_lane(v, 0) + i32x4.extract_lane(v, 1) + i32x4.extract_lane(v, 2) +
    i32x4.extract_lane(v, 3);
}

function addLanes(at: usize, low: v128, high: v128): void {
  v128.store(at, i32x4.add(v128.load(at), low));
  v128.store(at, i32x4.add(v128.load(at, 16), high), 16);
}
