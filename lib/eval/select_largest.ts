/** Partial selection: the largest few of many values, in order. */

/**
 * Selects the `count` largest values, ordered by (value descending, position ascending).
 *
 * A heap holds the best so far with the worst of them on top; most values lose to it and cost one comparison. Positions
 * come in ascending order, so a later value that equals the worst never replaces it.
 *
 * @param values At least `count` of them, without NaN, not counting the excluded one.
 * @param count Positions to select.
 * @param excluded Position that is left out; -1 for none.
 * @param selected Receives the positions; of length `count`.
 */
export function selectLargest(
  values: Float32Array,
  count: number,
  excluded: number,
  selected: Int32Array,
): void {
  let size = 0;
  for (let i = 0; i < values.length; i++) {
    if (i === excluded) continue;
    if (size < count) {
      siftUp(values, selected, size++, i);
    } else if (values[i]! > values[selected[0]!]!) {
      siftDown(values, selected, size, i);
    }
  }
  while (size > 1) { // the worst of those left goes last
    const worst = selected[0]!;
    const last = selected[--size]!;
    siftDown(values, selected, size, last);
    selected[size] = worst;
  }
}

/** Whether position `a` comes after position `b` in the result. */
function isWorse(values: Float32Array, a: number, b: number): boolean {
  const x = values[a]!;
  const y = values[b]!;
  return x < y || (x === y && a > b);
}

/** Adds a position to a heap of `size`. */
function siftUp(values: Float32Array, heap: Int32Array, size: number, added: number): void {
  let at = size;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!isWorse(values, added, heap[parent]!)) break;
    heap[at] = heap[parent]!;
    at = parent;
  }
  heap[at] = added;
}

/** Replaces the top of a heap of `size`. */
function siftDown(values: Float32Array, heap: Int32Array, size: number, added: number): void {
  let at = 0;
  for (let child = 1; child < size; child = 2 * at + 1) {
    if (child + 1 < size && isWorse(values, heap[child + 1]!, heap[child]!)) child++;
    if (!isWorse(values, heap[child]!, added)) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = added;
}
