import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { takePartial } from "../../lib/dataset/partial.ts";
import { InputError } from "../../lib/errors.ts";
import { RandomStream } from "../../lib/random_stream.ts";
import golden from "../golden/sampler_subsets.json" with { type: "json" };
import { countPerClass, trainingRecords } from "./training_records.ts";

const stream = (seed = 1) => RandomStream.named(seed, "partial");

for (const { rate, perClass, n_dataset } of golden.cases.filter(({ kind }) => kind === "partial")) {
  Deno.test(`takePartial() keeps what the authors' code keeps at rate ${rate}`, () => {
    const train = trainingRecords(golden.classSizes);
    const { records, imageCount } = takePartial(train, rate!, "published", stream());
    assertEquals(countPerClass(records), perClass);
    assertEquals(imageCount, n_dataset);
  });
}

Deno.test("takePartial() published keeps the first images in file order, whatever the seed", () => {
  const train = trainingRecords([4, 5]);
  const pathsOf = (seed: number) =>
    takePartial(train, 0.5, "published", stream(seed)).records.map(({ imagePath }) => imagePath);
  assertEquals(pathsOf(1), ["c0/0", "c0/1", "c1/0", "c1/1"]);
  assertEquals(pathsOf(2), pathsOf(1));
});

Deno.test("takePartial() published counts floor(rate * N) images, which is not what it keeps", () => {
  const { records, imageCount } = takePartial(trainingRecords([3, 3]), 0.5, "published", stream());
  assertEquals([records.length, imageCount], [2, 3]);
});

Deno.test("takePartial() corrected draws by seed, nested over rates, in file order", () => {
  const train = trainingRecords([40, 31]);
  const pathsAt = (rate: number, seed: number) =>
    takePartial(train, rate, "corrected", stream(seed)).records.map(({ imagePath }) => imagePath);
  const rates = [0.1, 0.2, 0.5, 0.9, 1];
  for (const [i, rate] of rates.slice(1).entries()) {
    const larger = new Set(pathsAt(rate, 1));
    assert(pathsAt(rates[i]!, 1).every((path) => larger.has(path)), `${rates[i]} within ${rate}`);
  }
  assertNotEquals(pathsAt(0.5, 1), pathsAt(0.5, 2));
  assertEquals(pathsAt(0.5, 1), pathsAt(0.5, 1));
  assertEquals(pathsAt(1, 1), train.map(({ imagePath }) => imagePath));
  const kept = new Set(pathsAt(0.5, 1));
  assertEquals(
    pathsAt(0.5, 1),
    train.map(({ imagePath }) => imagePath).filter((path) => kept.has(path)),
  );
});

Deno.test("takePartial() corrected keeps at least one image of a class and counts what it keeps", () => {
  const train = trainingRecords([3, 20]);
  const { records, imageCount } = takePartial(train, 0.1, "corrected", stream());
  assertEquals(countPerClass(records), [1, 2]);
  assertEquals(imageCount, 3);
});

Deno.test("takePartial() published names the class that a rate leaves empty", () => {
  const error = assertThrows(
    () => takePartial(trainingRecords([30, 9]), 0.1, "published", stream()),
    InputError,
  );
  assertEquals(
    error.message,
    "Cannot take rate 0.1 of the training images as every class must keep one: " +
      "class1 has 9, of which floor(0.1 · 9) = 0 are kept; raise --rate or use --protocol corrected",
  );
});

for (const rate of [0, -0.1, 1.01, NaN]) {
  Deno.test(`takePartial() refuses rate ${rate}`, () => {
    const take = () => takePartial(trainingRecords([5]), rate, "published", stream());
    assertEquals(
      assertThrows(take, InputError).message,
      `Cannot take a part of the training images as rate must be in (0, 1]: it is ${rate}`,
    );
  });
}

Deno.test("takePartial() refuses a class index without images", () => {
  const train = trainingRecords([5, 5, 5]).filter(({ classIndex }) => classIndex !== 1);
  assertEquals(
    assertThrows(() => takePartial(train, 0.5, "published", stream()), InputError).message,
    "Cannot group images by class as each of 3 classes must have one: class index 1 has none",
  );
});
