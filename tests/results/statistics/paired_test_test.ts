import { assertAlmostEquals, assertEquals } from "@std/assert";
import { leads, testPaired } from "../../../lib/results/statistics/paired_test.ts";

const bySeed = (...values: number[]) => new Map(values.map((value, seed) => [seed, value]));
const FIRST = bySeed(66.1, 66.9, 65.7, 67.2, 66.4);
const SECOND = bySeed(65.2, 66.5, 65.9, 66.1, 65.8);

Deno.test("testPaired() is scipy's paired t-test", () => {
  // scipy 1.17.1: stats.ttest_rel(first, second)
  const test = testPaired(FIRST, SECOND)!;
  assertEquals(test.count, 5);
  assertAlmostEquals(test.pValue, 0.0675202872782636, 1e-7);
  assertAlmostEquals(test.difference - test.margin, -0.06454588267167771, 1e-6);
  assertAlmostEquals(test.difference + test.margin, 1.1845458826716824, 1e-6);
});

Deno.test("testPaired() compares common seeds alone, and needs three of them", () => {
  assertEquals(testPaired(FIRST, new Map([...SECOND, [9, 0]]))!.count, 5);
  assertEquals(testPaired(bySeed(1, 2), SECOND), null);
  assertEquals(testPaired(bySeed(1, NaN, 3), SECOND), null);
});

Deno.test("one leads where the whole interval of the difference is above 0", () => {
  assertEquals([leads(FIRST, SECOND), leads(SECOND, FIRST)], [false, false]);
  const ahead = new Map([...SECOND].map(([seed, value]) => [seed, value + 1 + seed / 100]));
  assertEquals([leads(ahead, SECOND), leads(SECOND, ahead)], [true, false]);
  const level = new Map(SECOND); // equal in every seed: no difference, and no deviation
  assertEquals([leads(level, SECOND), testPaired(level, SECOND)!.pValue], [false, 1]);
});
