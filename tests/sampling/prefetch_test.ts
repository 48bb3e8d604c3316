import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { prefetch } from "../../lib/sampling/prefetch.ts";

/** A promise that is settled from outside. */
function createGate() {
  return Promise.withResolvers<void>();
}

/** Lets everything that can go on do so. */
async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

Deno.test("prefetch() yields in order, whatever is ready first", async () => {
  const gates = Array.from({ length: 6 }, createGate);
  const values: number[] = [];
  const consumed = (async () => {
    const make = (i: number) => gates[i]!.promise.then(() => i * 10);
    for await (const value of prefetch(6, 3, make)) values.push(value);
  })();
  for (const i of [2, 1, 0, 5, 4, 3]) {
    gates[i]!.resolve();
    await settle();
  }
  await consumed;
  assertEquals(values, [0, 10, 20, 30, 40, 50]);
});

Deno.test("prefetch() makes `depth` ahead of the one in use and no more", async () => {
  const started: number[] = [];
  const make = (i: number) => Promise.resolve(started.push(i));
  const values = prefetch(9, 2, make);
  await settle();
  assertEquals(started, []); // nothing before the first is asked for
  await values.next();
  await settle();
  assertEquals(started, [0, 1, 2]);
  await values.next();
  await settle();
  assertEquals(started, [0, 1, 2, 3]);
  await values.return();
});

Deno.test("prefetch() runs while the consumer works", async () => {
  const gate = createGate();
  let isSecondMade = false;
  const make = async (i: number) => {
    if (i === 1) {
      await gate.promise;
      isSecondMade = true;
    }
  };
  const values = prefetch(2, 1, make);
  await values.next();
  gate.resolve();
  await settle();
  assert(isSecondMade);
  await values.return();
});

Deno.test("prefetch() throws a failure in its turn, and only then", async () => {
  const make = (i: number) => i === 2 ? Promise.reject(new Error("batch 2")) : Promise.resolve(i);
  const values: number[] = [];
  await assertRejects(
    async () => {
      for await (const value of prefetch(8, 4, make)) {
        values.push(value);
        // A turn of the event loop, in which a failure that nobody waits for would end the process.
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
    },
    Error,
    "batch 2",
  );
  assertEquals(values, [0, 1]);
});

Deno.test("prefetch() treats a throw of `make` as a failure of that item", async () => {
  const make = (i: number): Promise<number> => {
    if (i === 1) throw new RangeError("item 1");
    return Promise.resolve(i);
  };
  const values = prefetch(3, 2, make);
  assertEquals((await values.next()).value, 0);
  await assertRejects(() => values.next(), RangeError, "item 1");
  assertEquals((await values.next()).done, true);
});

Deno.test("prefetch() that is left early waits for what is under way and starts nothing", async () => {
  const gate = createGate();
  const started: number[] = [];
  let isLeft = false;
  const make = async (i: number) => {
    started.push(i);
    if (i > 0) await gate.promise;
    if (i === 2) throw new Error("nobody asked for it"); // must not count as unhandled
  };
  const left = (async () => {
    for await (const _ of prefetch(10, 2, make)) break;
    isLeft = true;
  })();
  await settle();
  assertEquals([isLeft, started], [false, [0, 1, 2]]);
  gate.resolve();
  await left;
  await settle();
  assertEquals([isLeft, started], [true, [0, 1, 2]]);
});

Deno.test("prefetch() of nothing yields nothing", async () => {
  assertEquals(await prefetch(0, 2, () => Promise.reject(new Error("unused"))).next(), {
    done: true,
    value: undefined,
  });
});

Deno.test("prefetch() refuses counts before it starts", () => {
  const make = () => Promise.resolve(0);
  assertThrows(
    () => prefetch(-1, 2, make),
    RangeError,
    "Cannot prefetch as count must be a whole number from 0: it is -1",
  );
  assertThrows(
    () => prefetch(4, 0, make),
    RangeError,
    "Cannot prefetch as depth must be a whole number from 1: it is 0",
  );
});
