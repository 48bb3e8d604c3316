import { assert, assertEquals, assertThrows } from "@std/assert";
import { batchesPerEpoch } from "../../lib/sampling/epoch_length.ts";
import golden from "../golden/sampler_batches.json" with { type: "json" };

Deno.test("batchesPerEpoch() in protocol published gives the authors' epoch lengths", () => {
  assert(golden.cases.length === 15);
  for (const { setting, imageCount, batches } of golden.cases) {
    assertEquals(batchesPerEpoch(imageCount, golden.batchSize, "published"), batches, setting);
  }
});

Deno.test("batchesPerEpoch() in protocol published counts as the loop of its rule", () => {
  for (let imageCount = 1; imageCount <= 100; imageCount++) {
    for (const batchSize of [1, 2, 7, 24]) {
      let [batches, count] = [0, 0];
      while (count + batchSize < imageCount) [batches, count] = [batches + 1, count + batchSize];
      assertEquals(batchesPerEpoch(imageCount, batchSize, "published"), batches);
    }
  }
});

Deno.test("batchesPerEpoch() differs between the protocols at exact multiples and tiny sets", () => {
  const both = (imageCount: number) =>
    (["published", "corrected"] as const).map((name) => batchesPerEpoch(imageCount, 10, name));
  assertEquals(both(30), [2, 3]);
  assertEquals(both(31), [3, 3]);
  assertEquals(both(39), [3, 3]);
  assertEquals(both(10), [0, 1]);
  assertEquals(both(4), [0, 1]);
});

Deno.test("batchesPerEpoch() refuses counts that are not whole", () => {
  assertThrows(
    () => batchesPerEpoch(0, 81, "corrected"),
    RangeError,
    "Cannot count batches as imageCount must be a whole number from 1: it is 0",
  );
  assertThrows(
    () => batchesPerEpoch(9, 2.5, "published"),
    RangeError,
    "Cannot count batches as batchSize must be a whole number from 1: it is 2.5",
  );
});
