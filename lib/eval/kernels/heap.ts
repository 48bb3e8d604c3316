// deno-lint-ignore-file
// @ts-nocheck AssemblyScript: TypeScript's syntax, its own types
// The best few of many: a heap of (similarity, index) with the worst of them on top. Its order is total, so that the
// result does not depend on the order in which candidates come.

import { sumLanes } from "./lanes.ts";

/** Up to so many, places are counted: four comparisons at a time, where a heap waits for each. */
const FEW: i32 = 256;

/** Whether (x, i) comes after (y, j): less similar, or as similar with a higher index. */
export function isWorse(x: f32, i: i32, y: f32, j: i32): bool {
  return x < y || (x == y && i > j);
}

/**
 * Offers a candidate to a heap.
 *
 * @param similarities [capacity] float32; indices [capacity] int32.
 * @returns The size afterwards.
 */
export function offer(
  similarities: usize,
  indices: usize,
  capacity: i32,
  size: i32,
  x: f32,
  index: i32,
): i32 {
  if (size < capacity) {
    let at = size;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const y = load<f32>(similarities + (<usize> parent << 2));
      const j = load<i32>(indices + (<usize> parent << 2));
      if (!isWorse(x, index, y, j)) break;
      store<f32>(similarities + (<usize> at << 2), y);
      store<i32>(indices + (<usize> at << 2), j);
      at = parent;
    }
    store<f32>(similarities + (<usize> at << 2), x);
    store<i32>(indices + (<usize> at << 2), index);
    return size + 1;
  }
  if (capacity > 0 && isWorse(load<f32>(similarities), load<i32>(indices), x, index)) {
    sink(similarities, indices, size, x, index);
  }
  return size;
}

/**
 * Orders a heap from best to worst.
 *
 * @param scratch 8 bytes for each of `size` rounded up to a multiple of 4.
 */
export function sortHeap(similarities: usize, indices: usize, size: i32, scratch: usize): void {
  if (size < 2) return;
  if (size <= FEW) return sortFew(similarities, indices, size, scratch);
  while (size > 1) {
    size--;
    const x = load<f32>(similarities + (<usize> size << 2));
    const i = load<i32>(indices + (<usize> size << 2));
    const worst = load<f32>(similarities);
    const worstIndex = load<i32>(indices);
    sink(similarities, indices, size, x, i);
    store<f32>(similarities + (<usize> size << 2), worst);
    store<i32>(indices + (<usize> size << 2), worstIndex);
  }
}

// The place of each is the number of those that come before it.
function sortFew(similarities: usize, indices: usize, size: i32, scratch: usize): void {
  const count = <usize> size << 2;
  const end = (count + 15) & ~15;
  const scratchIndices = scratch + end;
  v128.store(scratchIndices - 16, f32x4.splat(-Infinity)); // what fills the last four up comes before nothing
  v128.store(scratchIndices + end - 16, i32x4.splat(i32.MAX_VALUE));
  memory.copy(scratch, similarities, count);
  memory.copy(scratchIndices, indices, count);
  for (let from: usize = 0; from < count; from += 4) {
    const x = load<f32>(scratch + from);
    const index = load<i32>(scratchIndices + from);
    const xs = f32x4.splat(x);
    const here = i32x4.splat(index);
    let before = i32x4.splat(0);
    for (let at: usize = 0; at < end; at += 16) {
      const ys = v128.load(scratch + at);
      const isEarlier = i32x4.lt_s(v128.load(scratchIndices + at), here);
      const ties = v128.and(f32x4.eq(ys, xs), isEarlier);
      before = i32x4.sub(before, v128.or(f32x4.gt(ys, xs), ties));
    }
    const to = <usize> sumLanes(before) << 2;
    store<f32>(similarities + to, x);
    store<i32>(indices + to, index);
  }
}

// Replaces the top.
function sink(similarities: usize, indices: usize, size: i32, x: f32, i: i32): void {
  let at = 0;
  for (let child = 1; child < size; child = 2 * at + 1) {
    let y = load<f32>(similarities + (<usize> child << 2));
    let j = load<i32>(indices + (<usize> child << 2));
    if (child + 1 < size) {
      const z = load<f32>(similarities + (<usize> child << 2), 4);
      const k = load<i32>(indices + (<usize> child << 2), 4);
      if (isWorse(z, k, y, j)) {
        child++;
        y = z;
        j = k;
      }
    }
    if (!isWorse(y, j, x, i)) break;
    store<f32>(similarities + (<usize> at << 2), y);
    store<i32>(indices + (<usize> at << 2), j);
    at = child;
  }
  store<f32>(similarities + (<usize> at << 2), x);
  store<i32>(indices + (<usize> at << 2), i);
}
