import { assertEquals, assertRejects } from "@std/assert";
import { runAhead } from "../lib/run_ahead.ts";

/** Lets everything that can go on do so. */
async function settle(): Promise<void> {
  for (let i = 0; i < 30; i++) await Promise.resolve();
}

Deno.test("runAhead() keeps the limit in flight, however far ahead it may go", async () => {
  const gates = Array.from({ length: 5 }, () => Promise.withResolvers<void>());
  const started: number[] = [];
  const values = runAhead(5, { limit: 2 }, async (i) => {
    started.push(i);
    await gates[i]!.promise;
    return i;
  });
  const first = values.next();
  await settle();
  assertEquals(started, [0, 1]);
  gates[1]!.resolve();
  await settle();
  assertEquals(started, [0, 1, 2]); // the first one holds nobody up
  gates.forEach(({ resolve }) => resolve());
  assertEquals((await first).value, 0);
  assertEquals(await Array.fromAsync(values), [1, 2, 3, 4]);
});

Deno.test("runAhead() begins nothing after a failure that is not yet in its turn", async () => {
  const gate = Promise.withResolvers<void>();
  const started: number[] = [];
  const values = runAhead(9, { limit: 2, ahead: 4 }, async (i) => {
    started.push(i);
    if (i === 1) throw new Error("call 1");
    await gate.promise;
    return i;
  });
  const first = values.next();
  await settle();
  gate.resolve();
  assertEquals((await first).value, 0);
  await settle();
  assertEquals(started, [0, 1]);
  await assertRejects(() => values.next(), Error, "call 1");
  assertEquals((await values.next()).done, true);
});
