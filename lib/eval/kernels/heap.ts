// deno-lint-ignore-file
// @ts-nocheck AssemblyScript: TypeScript's syntax, its own types
// The best few of many: a heap of (similarity, index) with the worst of them on top. Its order is total, so that the
// result does not depend on the order in which candidates come.

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

/** Orders a heap from best to worst. */
export function sortHeap(similarities: usize, indices: usize, size: i32): void {
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
