import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertThrows,
} from "@std/assert";
import { InputError } from "../lib/errors.ts";
import { type RandomState, RandomStream } from "../lib/random_stream.ts";

Deno.test("nextUint32() follows xoshiro128** from the state 1, 2, 3, 4", () => {
  // First outputs of the reference algorithm, worked out by hand: rotl(s1 * 5, 7) * 9.
  const stream = RandomStream.fromState([1, 2, 3, 4]);
  assertEquals([stream.nextUint32(), stream.nextUint32(), stream.nextUint32()], [
    11520,
    0,
    5927040,
  ]);
});

Deno.test("a stream continues exactly from its stored state", () => {
  const stream = RandomStream.named(2024, "sampler");
  for (let i = 0; i < 7; i++) stream.nextNormal();
  const copy = RandomStream.fromState(JSON.parse(JSON.stringify(stream.state())));
  for (let i = 0; i < 100; i++) assertEquals(copy.nextUint32(), stream.nextUint32());
});

Deno.test("streams of other names or seeds differ", () => {
  const first = (seed: number, name: string) => RandomStream.named(seed, name).nextUint32();
  assertNotEquals(first(1, "sampler"), first(1, "proxies"));
  assertNotEquals(first(1, "sampler"), first(2, "sampler"));
});

Deno.test("nextFloat() and nextNormal() have the moments of their distributions", () => {
  const stream = RandomStream.named(5, "moments");
  const count = 20_000;
  const floats = Array.from({ length: count }, () => stream.nextFloat());
  const normals = Array.from({ length: count }, () => stream.nextNormal());
  const mean = (x: number[]) => x.reduce((sum, value) => sum + value, 0) / count;
  assertAlmostEquals(mean(floats), 0.5, 0.01);
  assertAlmostEquals(mean(floats.map((x) => (x - 0.5) ** 2)), 1 / 12, 0.005);
  assertAlmostEquals(mean(normals), 0, 0.03);
  assertAlmostEquals(mean(normals.map((x) => x ** 2)), 1, 0.05);
});

Deno.test("shuffle() keeps every value and nextInteger() every bound", () => {
  const stream = RandomStream.named(5, "shuffle");
  const values = stream.shuffle(Array.from({ length: 50 }, (_, i) => i));
  assertNotEquals(values, Array.from({ length: 50 }, (_, i) => i));
  assertEquals(values.toSorted((a, b) => a - b), Array.from({ length: 50 }, (_, i) => i));
  for (let i = 0; i < 1000; i++) assert(stream.nextInteger(3) < 3);
  assertThrows(
    () => stream.nextInteger(0),
    RangeError,
    "must be a whole number in [1, 2^32]: it is 0",
  );
});

Deno.test("a seed that stands for several, and a state that stands still, are refused", () => {
  const seed = (value: unknown) =>
    assertThrows(() => RandomStream.named(value as number, "sampler"), RangeError).message;
  const rule = "Cannot name a stream as its seed must be an integer of at most 2^53 - 1: it is";
  for (const value of [1.5, NaN, Infinity, 2 ** 53]) {
    assertEquals(seed(value), `${rule} ${value}`);
  }
  assertEquals(seed("7"), `${rule} "7"`);
  assertEquals(seed(undefined), `${rule} "undefined"`);
  const state = (...words: number[]) =>
    assertThrows(() => RandomStream.fromState(words as unknown as RandomState), InputError).message;
  const needs =
    "Cannot restore a stream as its state must be four whole numbers in [0, 2^32), not all 0: it is";
  for (const words of [[0, 0, 0, 0], [1, 2], [1.5, 2, 3, 4], [1, 2, 3, 2 ** 32], [-1, 2, 3, 4]]) {
    assertEquals(state(...words), `${needs} [${words}]`);
  }
});
