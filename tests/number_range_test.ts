import { assertEquals } from "@std/assert";
import { describeRange, isWithinRange } from "../lib/number_range.ts";

Deno.test("a range holds finite numbers between its bounds, the minimum unless it is excluded", () => {
  const values = [-1, 0, 0.5, 1, 2, NaN, Infinity, -Infinity, "1", null, [1]];
  const within = (range: Parameters<typeof isWithinRange>[1]) =>
    values.filter((value) => isWithinRange(value, range));
  assertEquals(within({}), [-1, 0, 0.5, 1, 2]);
  assertEquals(within({ minimum: 0, maximum: 1 }), [0, 0.5, 1]);
  assertEquals(within({ minimum: 0, isMinimumExcluded: true }), [0.5, 1, 2]);
  assertEquals(within({ maximum: 0 }), [-1, 0]);
});

Deno.test("a range says its bounds", () => {
  assertEquals(
    [
      {},
      { minimum: 1 },
      { minimum: 0, isMinimumExcluded: true },
      { minimum: 0, maximum: 1 },
      { minimum: 0, isMinimumExcluded: true, maximum: 1 },
      { maximum: 3 },
    ].map((range) => `a number${describeRange(range)}`),
    [
      "a number",
      "a number of at least 1",
      "a number above 0",
      "a number of at least 0 and at most 1",
      "a number above 0 and at most 1",
      "a number of at most 3",
    ],
  );
});
