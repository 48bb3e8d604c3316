// deno-lint-ignore-file
// @ts-nocheck AssemblyScript: TypeScript's syntax, its own types
// Ranks by counting: one pass over a tile, which holds similarities of some queries (rows) with some images (columns). `table`
// is that of relevant.ts.

import { sumLanes } from "./lanes.ts";
import { place, slot } from "./relevant.ts";

/** Rows of a tile that stay in the cache for both directions. */
const ROW_BLOCK: i32 = 64;

/**
 * Leaves out the images of each query's class: how many of them come before another is known by their order.
 *
 * @param starts, ends, firstImage, imageCount As `collectRelevant` takes them.
 */
export function leaveOutRelevant(
  tile: usize,
  stride: usize,
  queryCount: i32,
  starts: usize,
  ends: usize,
  firstImage: i32,
  imageCount: i32,
): void {
  for (let n = 0; n < queryCount; n++) {
    const at = <usize> n << 2;
    const from = max(load<i32>(starts + at) - firstImage, 0);
    const to = min(load<i32>(ends + at) - firstImage, imageCount);
    const row = tile + <usize> n * stride;
    for (let i = from; i < to; i++) store<f32>(row + (<usize> i << 2), -Infinity);
  }
}

/**
 * Counts a tile for the queries of its rows and, if `columnTable` is not 0, for those of its columns: similarities are the
 * same both ways. Images of similarity -Infinity are left out.
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
  let entries = f32x4.splat(load<f32>(slot(table, 32, query)));
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
    let f0 = v128.or(f32x4.ge(x0, entries), f32x4.eq(x0, bests));
    let f1 = v128.or(f32x4.ge(x1, entries), f32x4.eq(x1, bests));
    let f2 = v128.or(f32x4.ge(x2, entries), f32x4.eq(x2, bests));
    let f3 = v128.or(f32x4.ge(x3, entries), f32x4.eq(x3, bests));
    if (hasSecond) {
      aboveSecond = i32x4.sub(aboveSecond, f32x4.gt(x0, seconds));
      aboveSecond = i32x4.sub(aboveSecond, f32x4.gt(x1, seconds));
      aboveSecond = i32x4.sub(aboveSecond, f32x4.gt(x2, seconds));
      aboveSecond = i32x4.sub(aboveSecond, f32x4.gt(x3, seconds));
      f0 = v128.or(f0, f32x4.eq(x0, seconds));
      f1 = v128.or(f1, f32x4.eq(x1, seconds));
      f2 = v128.or(f2, f32x4.eq(x2, seconds));
      f3 = v128.or(f3, f32x4.eq(x3, seconds));
    }
    if (v128.any_true(v128.or(v128.or(f0, f1), v128.or(f2, f3)))) {
      let lanes = i32x4.bitmask(f0) | (i32x4.bitmask(f1) << 4) | (i32x4.bitmask(f2) << 8) |
        (i32x4.bitmask(f3) << 12);
      for (; lanes; lanes &= lanes - 1) {
        const lane = <usize> ctz(lanes) << 2;
        const index = load<i32>(indices + (<usize> i << 2) + lane);
        consider(table, query, load<f32>(at + lane), index, hasSecond);
      }
      entries = f32x4.splat(load<f32>(slot(table, 32, query)));
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
    let f0 = v128.or(f32x4.ge(x0, e0), f32x4.eq(x0, b0));
    let f1 = v128.or(f32x4.ge(x1, e1), f32x4.eq(x1, b1));
    if (hasSecond) {
      const s0 = v128.load(secondAt);
      const s1 = v128.load(secondAt, 16);
      next0 = i32x4.sub(next0, f32x4.gt(x0, s0));
      next1 = i32x4.sub(next1, f32x4.gt(x1, s1));
      f0 = v128.or(f0, f32x4.eq(x0, s0));
      f1 = v128.or(f1, f32x4.eq(x1, s1));
    }
    if (v128.any_true(v128.or(f0, f1))) {
      const index = load<i32>(indices + (<usize> r << 2));
      let lanes = i32x4.bitmask(f0) | (i32x4.bitmask(f1) << 4);
      for (; lanes; lanes &= lanes - 1) {
        const lane = ctz(lanes);
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

// A similarity that may come before one of the class, or ties with the best.
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
  if (x >= load<f32>(slot(table, 32, query))) place(table, query, x, index);
}

function addLanes(at: usize, low: v128, high: v128): void {
  v128.store(at, i32x4.add(v128.load(at), low));
  v128.store(at, i32x4.add(v128.load(at, 16), high), 16);
}
