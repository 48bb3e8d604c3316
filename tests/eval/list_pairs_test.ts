import { assert, assertEquals } from "@std/assert";
import { listPairs } from "../../lib/eval/rank_on_backend.ts";

for (const [blockCount, groupSize] of [[1, 2], [2, 2], [7, 2], [8, 3], [9, 16]] as const) {
  Deno.test(`listPairs() has each pair of ${blockCount} blocks once, in groups of ${groupSize}`, () => {
    const pairs = [...listPairs(blockCount, groupSize)];
    const expected: string[] = [];
    for (let a = 0; a < blockCount; a++) {
      for (let b = a; b < blockCount; b++) expected.push(`${a},${b}`);
    }
    assertEquals(pairs.map(String).sort(), expected.sort());
    const withItself = new Set<number>();
    for (const [a, b] of pairs) {
      if (a === b) withItself.add(a);
      assert(withItself.has(a) && withItself.has(b), `${a},${b}`);
    }
  });
}

Deno.test("listPairs() needs few blocks anew: two groups are in use at a time", () => {
  const [blockCount, groupSize] = [12, 3];
  const held: number[] = []; // the blocks used last, as a cache of two groups holds them
  let madeCount = 0;
  for (const block of [...listPairs(blockCount, groupSize)].flat()) {
    const at = held.indexOf(block);
    if (at >= 0) held.splice(at, 1);
    else madeCount++;
    held.push(block);
    if (held.length > 2 * groupSize) held.shift();
  }
  assert(madeCount <= blockCount * blockCount / groupSize, `${madeCount}`);
});
