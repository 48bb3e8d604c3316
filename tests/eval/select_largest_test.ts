import { assertEquals } from "@std/assert";
import { selectLargest } from "../../lib/eval/select_largest.ts";
import { goldenTensor } from "../support/generator.ts";

function select(values: Float32Array, count: number, excluded: number): number[] {
  const selected = new Int32Array(count);
  selectLargest(values, count, excluded, selected);
  return [...selected];
}

/** By a full sort. */
function sortAll(values: Float32Array, count: number, excluded: number): number[] {
  return [...values.keys()]
    .filter((i) => i !== excluded)
    .sort((a, b) => values[b]! - values[a]! || a - b)
    .slice(0, count);
}

Deno.test("selectLargest() agrees with a full sort, with and without ties", () => {
  for (const distinctCount of [1, 2, 5, 1000]) {
    for (const length of [2, 3, 10, 257]) {
      const values = goldenTensor([length], 10 * length + distinctCount)
        .map((value) => Math.floor(value * distinctCount));
      for (const count of [1, 2, 7, 100, length - 1].filter((count) => count < length)) {
        for (const excluded of [-1, 0, length - 1]) {
          const expected = sortAll(values, count, excluded);
          assertEquals(select(values, count, excluded), expected, `${length} ${count} ${excluded}`);
        }
      }
    }
  }
});

Deno.test("selectLargest() can order all of the values", () => {
  assertEquals(select(Float32Array.of(1, 3, 2, 3), 4, -1), [1, 3, 2, 0]);
  assertEquals(select(Float32Array.of(1, 3, 2, 3), 3, 1), [3, 2, 0]);
});
