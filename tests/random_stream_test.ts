import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertThrows,
} from "@std/assert";
import { RandomStream } from "../lib/random_stream.ts";

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
