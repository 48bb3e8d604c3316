import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { freeBytes, giveBackFloats, takeFloats } from "../lib/spare_memory.ts";

Deno.test("giveBackFloats() hands memory on, and leaves nothing to read in what had it", () => {
  const first = takeFloats(12_345);
  first.fill(7);
  const view = first.subarray(5);
  giveBackFloats(first);
  assertEquals([first.length, view.length], [0, 0]);

  const second = takeFloats(12_345);
  assertEquals([second.length, second[12_344]], [12_345, 7]); // the same memory: it was not filled anew
  assertEquals(takeFloats(12_345)[0], 0); // others have memory of their own
});

Deno.test("takeFloats() never gives memory of another size, nor the same to two", () => {
  const arrays = [3, 4, 3].map(takeFloats);
  arrays.forEach(giveBackFloats);
  const again = [3, 3, 5].map(takeFloats);
  assertEquals(again.map(({ length }) => length), [3, 3, 5]);
  assert(again[0]!.buffer !== again[1]!.buffer);
});

Deno.test("giveBackFloats() leaves arrays alone that others made, and what is given back twice", () => {
  const own = Float32Array.of(1, 2);
  giveBackFloats(own);
  assertEquals([...own], [1, 2]);

  const given = takeFloats(77);
  giveBackFloats(given);
  giveBackFloats(given);
  assert(takeFloats(77).buffer !== takeFloats(77).buffer);
});

Deno.test("freeBytes() empties an array, and leaves a part of something larger alone", () => {
  const bytes = Uint8Array.of(1, 2, 3);
  const whole = bytes.buffer;
  freeBytes(bytes.subarray(1));
  assertStrictEquals(bytes.buffer, whole);
  assertEquals([...bytes], [1, 2, 3]);
  freeBytes(bytes);
  assertEquals([bytes.length, whole.byteLength], [0, 0]);
});
