import { assertEquals } from "@std/assert";
import { allRows, layOutClasses } from "../../lib/eval/class_layout.ts";

Deno.test("classes that fit into a block are in one, larger ones begin a block", () => {
  // Label 7: 20 images; label 3: 10; label 5: 10; label 9: 2.
  const labels = [7, 3, 5, 9].flatMap((label, i) =>
    Array(([20, 10, 10, 2] as const)[i]).fill(label)
  );
  const layout = layOutClasses(labels, allRows(labels.length), 16);
  assertEquals(layout.ranges, new Map([[3, [0, 10]], [5, [16, 26]], [7, [32, 52]], [9, [52, 54]]]));
  assertEquals([...layout.counts], [10, 10, 16, 6]);
  assertEquals([...layout.rows.subarray(0, 12)], [20, 21, 22, 23, 24, 25, 26, 27, 28, 29, -1, -1]);
  assertEquals([...layout.rows.subarray(48, 55)], [16, 17, 18, 19, 40, 41, -1]);
});

Deno.test("200,000 classes are laid out, and a part of the rows alone", () => {
  const labels = Int32Array.from({ length: 200_000 }, (_, i) => -i);
  const layout = layOutClasses(labels, allRows(labels.length), 2048);
  assertEquals(layout.rows[0], 199_999);
  assertEquals(layout.counts.reduce((sum, count) => sum + count, 0), 200_000);
  const part = layOutClasses([5, 5, 4, 4], Int32Array.of(1, 2), 16);
  assertEquals([...part.rows.subarray(0, 3)], [2, 1, -1]);
});
