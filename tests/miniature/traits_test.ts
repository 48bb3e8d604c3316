import { assert, assertEquals } from "@std/assert";
import { birdDistance, drawBirdTraits } from "../../lib/miniature/bird_traits.ts";
import { carDistance, drawCarTraits } from "../../lib/miniature/car_traits.ts";
import { fixtureStream, spreadTraits } from "../../lib/miniature/plan.ts";
import { TUNING } from "../../lib/miniature/tuning.ts";

/** The smallest distance between two of the classes. */
function smallestGap<T>(classes: readonly T[], distance: (a: T, b: T) => number): number {
  const gaps = classes.flatMap((a, i) => classes.slice(i + 1).map((b) => distance(a, b)));
  return Math.min(...gaps);
}

Deno.test("spreadTraits() keeps the candidate that is farthest from the classes before", () => {
  // Numbers in [0, 1) as traits: each candidate is the next number of the class's stream.
  const tuning = { ...TUNING.cub200, trainClassCount: 4, testClassCount: 2, candidateCount: 3 };
  const kept = spreadTraits(
    "cub200",
    tuning,
    (stream) => stream.nextFloat(),
    (a, b) => Math.abs(a - b),
  );
  const expected: number[] = [];
  for (let classNumber = 1; classNumber <= 6; classNumber++) {
    const stream = fixtureStream("cub200", classNumber);
    const candidates = [0, 1, 2].map(() => stream.nextFloat());
    const gaps = candidates.map((x) => Math.min(...expected.map((y) => Math.abs(x - y))));
    expected.push(candidates[gaps.indexOf(Math.max(...gaps))]!);
  }
  assertEquals(kept, expected);
});

Deno.test("no two species of the miniature CUB200 look alike, so that training and test are disjoint", () => {
  const species = spreadTraits("cub200", TUNING.cub200, drawBirdTraits, birdDistance);
  assertEquals(species.length, 40);
  assert(smallestGap(species, birdDistance) > 1);
});

Deno.test("no two models of the miniature CARS196 look alike, so that training and test are disjoint", () => {
  const models = spreadTraits("cars196", TUNING.cars196, drawCarTraits, carDistance);
  assertEquals(models.length, 40);
  assert(smallestGap(models, carDistance) > 0.8);
});

Deno.test("test classes are built from attributes that training classes have, so that retrieval can generalize", () => {
  const species = spreadTraits("cub200", TUNING.cub200, drawBirdTraits, birdDistance);
  const [train, test] = [species.slice(0, 24), species.slice(24)];
  const shares = (["family", "mark", "pattern"] as const).map((part) => {
    const seen = new Set<string>(train.map((traits) => traits[part]));
    return test.filter((traits) => seen.has(traits[part])).length / test.length;
  });
  assertEquals(shares, [1, 1, 1]);
});
