import { assert, assertEquals, assertRejects } from "@std/assert";
import { mapConcurrent } from "../lib/map_concurrent.ts";

/** Resolves after some turns of the event loop. */
async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await Promise.resolve();
}

Deno.test("mapConcurrent() keeps the order of the items whatever ends first", async () => {
  const results = await mapConcurrent([9, 1, 5, 0], 4, async (count, index) => {
    await turns(count);
    return `${index}:${count}`;
  });
  assertEquals(results, ["0:9", "1:1", "2:5", "3:0"]);
});

Deno.test("mapConcurrent() never has more calls in flight than the limit", async () => {
  let [running, most] = [0, 0];
  await mapConcurrent(Array.from({ length: 50 }), 3, async () => {
    most = Math.max(most, ++running);
    await turns(5);
    running--;
  });
  assertEquals(most, 3);
});

Deno.test("mapConcurrent() begins nothing after a failure and waits for what runs", async () => {
  const ended: number[] = [];
  const mapped = mapConcurrent([0, 1, 2, 3, 4, 5], 2, async (item) => {
    await turns(item === 1 ? 1 : 10);
    if (item === 1) throw new Error("item 1");
    ended.push(item);
  });
  await assertRejects(() => mapped, Error, "item 1");
  assertEquals(ended, [0]);
});

Deno.test("mapConcurrent() throws the error of the first item of those that failed", async () => {
  const mapped = mapConcurrent([5, 1], 2, async (count, index) => {
    await turns(count);
    throw new Error(`item ${index}`);
  });
  await assertRejects(() => mapped, Error, "item 0");
});

Deno.test("mapConcurrent() of nothing is nothing", async () => {
  const results = await mapConcurrent([], 4, () => Promise.reject(new Error("never called")));
  assert(results.length === 0);
});

Deno.test("mapConcurrent() gives every call a lane that no other call in flight has", async () => {
  const busy = new Set<number>();
  const lanes = await mapConcurrent([3, 9, 1, 4, 1, 5, 9, 2, 6], 3, async (count, _index, lane) => {
    assert(!busy.has(lane), `lane ${lane} is taken`);
    busy.add(lane);
    await turns(count);
    busy.delete(lane);
    return lane;
  });
  assertEquals(new Set(lanes), new Set([0, 1, 2]));
});
