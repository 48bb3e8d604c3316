import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertThrows,
} from "@std/assert";
import { takeImbalanced } from "../../lib/dataset/imbalance.ts";
import { InputError } from "../../lib/errors.ts";
import { RandomStream } from "../../lib/random_stream.ts";
import golden from "../golden/sampler_subsets.json" with { type: "json" };
import { countPerClass, trainingRecords } from "./training_records.ts";

const stream = (seed = 1) => RandomStream.named(seed, "imbalance");

for (const { gamma, perClass } of golden.cases.filter(({ kind }) => kind === "imbalance")) {
  Deno.test(`takeImbalanced() keeps what the authors' code keeps at gamma ${gamma}`, () => {
    const train = trainingRecords(golden.classSizes);
    const { records } = takeImbalanced(train, gamma!, "published", stream());
    assertEquals(countPerClass(records), perClass);
  });
}

Deno.test("takeImbalanced() weighs each class by its share of what is kept", () => {
  const train = trainingRecords([12, 10, 20]);
  const { records, classWeights } = takeImbalanced(train, 100, "published", stream());
  assertEquals(countPerClass(records), [10, 1, 1]); // 10, floor(10 / 10), max(1, floor(10 / 100))
  assertEquals([...classWeights], [10 / 12, 1 / 12, 1 / 12]);
  assertAlmostEquals(classWeights.reduce((sum, weight) => sum + weight), 1, 1e-12);
});

Deno.test("takeImbalanced() draws which images it keeps by seed, in file order", () => {
  const train = trainingRecords([30, 30]);
  const pathsOf = (seed: number) =>
    takeImbalanced(train, 10, "published", stream(seed)).records.map(({ imagePath }) => imagePath);
  assertNotEquals(pathsOf(1), pathsOf(2));
  assertEquals(pathsOf(1), pathsOf(1));
  const kept = new Set(pathsOf(1));
  assertEquals(
    pathsOf(1),
    train.map(({ imagePath }) => imagePath).filter((path) => kept.has(path)),
  );
  assertEquals(kept.size, 33);
  assert(!kept.has("c1/0") || !kept.has("c1/1") || !kept.has("c1/2"), "not simply the first three");
});

Deno.test("takeImbalanced() corrected gives the same sizes to classes in a seeded order", () => {
  const train = trainingRecords(new Array(12).fill(40));
  const countsOf = (seed: number) =>
    countPerClass(takeImbalanced(train, 20, "corrected", stream(seed)).records);
  const published = countPerClass(takeImbalanced(train, 20, "published", stream()).records);
  const descending = (counts: number[]) => counts.toSorted((a, b) => b - a);
  assertEquals(descending(countsOf(1)), published);
  assertEquals(descending(countsOf(2)), published);
  assertNotEquals(countsOf(1), published);
  assertNotEquals(countsOf(1), countsOf(2));
  assertEquals(countsOf(1), countsOf(1));
});

Deno.test("takeImbalanced() corrected weighs the class that it kept the most of the most", () => {
  const train = trainingRecords(new Array(6).fill(30));
  const { records, classWeights } = takeImbalanced(train, 10, "corrected", stream());
  const counts = countPerClass(records);
  assertEquals([...classWeights], counts.map((count) => count / records.length));
});

Deno.test("takeImbalanced() keeps the smallest class's size of every class at gamma 1", () => {
  const { records } = takeImbalanced(trainingRecords([7, 5, 9]), 1, "published", stream());
  assertEquals(countPerClass(records), [5, 5, 5]);
});

Deno.test("takeImbalanced() keeps a single class whole", () => {
  const { records, classWeights } = takeImbalanced(trainingRecords([4]), 50, "published", stream());
  assertEquals([records.length, [...classWeights]], [4, [1]]);
});

for (const gamma of [0.5, 0, -1, NaN, Infinity]) {
  Deno.test(`takeImbalanced() refuses gamma ${gamma}`, () => {
    const take = () => takeImbalanced(trainingRecords([5, 5]), gamma, "published", stream());
    assertEquals(
      assertThrows(take, InputError).message,
      `Cannot take an imbalanced part of the training images as gamma must be at least 1: it is ${gamma}`,
    );
  });
}

Deno.test("takeImbalanced() refuses no images", () => {
  assertEquals(
    assertThrows(() => takeImbalanced([], 10, "published", stream()), InputError).message,
    "Cannot take an imbalanced part of the training images as there must be some: there are none",
  );
});
