import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { holdOutClasses, holdOutFold } from "../../lib/dataset/held_out.ts";
import { InputError } from "../../lib/errors.ts";
import { RandomStream } from "../../lib/random_stream.ts";
import { trainingRecords } from "./training_records.ts";

const SIZES = [2, 3, 1, 4, 2, 2, 3, 1, 2, 5];
const TRAIN = trainingRecords(SIZES);
const CLASSES = SIZES.map((_, c) => `class${c}`);
const stream = (seed = 1) => RandomStream.named(seed, "held_out");

Deno.test("holdOutClasses() splits the images by class and numbers each part from 0", () => {
  const { train, trainClasses, heldOut } = holdOutClasses(TRAIN, CLASSES, 0.3, stream());
  const heldOutClasses = [...new Set(heldOut.map(({ classId }) => classId))];
  assertEquals([trainClasses.length, heldOutClasses.length], [7, 3]);
  assertEquals([...trainClasses, ...heldOutClasses].toSorted(), CLASSES);
  assertEquals([...trainClasses], trainClasses.toSorted());
  assert(train.every(({ classId, classIndex }) => trainClasses[classIndex] === classId));
  assert(heldOut.every(({ classId, classIndex }) => heldOutClasses[classIndex] === classId));
  const paths = [...train, ...heldOut].map(({ imagePath }) => imagePath);
  assertEquals(paths.toSorted(), TRAIN.map(({ imagePath }) => imagePath).toSorted());
});

Deno.test("holdOutClasses() draws classes by seed", () => {
  const classesOf = (seed: number) =>
    holdOutClasses(TRAIN, CLASSES, 0.3, stream(seed)).trainClasses;
  assertEquals(classesOf(1), classesOf(1));
  assertNotEquals(classesOf(1), classesOf(2));
});

Deno.test("holdOutClasses() gives everything back for share 0 and draws nothing", () => {
  const unused = stream();
  const before = unused.state();
  assertEquals(holdOutClasses(TRAIN, CLASSES, 0, unused), {
    train: TRAIN,
    trainClasses: CLASSES,
    heldOut: [],
  });
  assertEquals(unused.state(), before);
});

Deno.test("holdOutClasses() holds out at least two classes, as every neighbor within one is right", () => {
  const { heldOut } = holdOutClasses(TRAIN, CLASSES, 0.05, stream());
  assertEquals(new Set(heldOut.map(({ classId }) => classId)).size, 2);
});

for (const [share, classCount] of [[0.9, 10], [0.2, 3], [1, 10], [-0.1, 10], [NaN, 10]] as const) {
  Deno.test(`holdOutClasses() refuses share ${share} of ${classCount} classes`, () => {
    const hold = () => holdOutClasses(TRAIN, CLASSES.slice(0, classCount), share, stream());
    assertEquals(
      assertThrows(hold, InputError).message,
      "Cannot hold out classes as the share must be in [0, 1) and leave two to train on: " +
        `it is ${share} of ${classCount}`,
    );
  });
}

Deno.test("holdOutFold() holds every class out once, in folds that differ by one class at most", () => {
  const folds = [0, 1, 2].map((index) =>
    holdOutFold(TRAIN, CLASSES, { index, count: 3 }, RandomStream.named(1, "folds"))
  );
  const heldOutOf = folds.map(({ heldOut }) => [...new Set(heldOut.map(({ classId }) => classId))]);
  assertEquals(heldOutOf.map((classes) => classes.length).toSorted(), [3, 3, 4]);
  assertEquals(heldOutOf.flat().toSorted(), CLASSES);
  for (const [i, { train, trainClasses, heldOut }] of folds.entries()) {
    assertEquals([...trainClasses, ...heldOutOf[i]!].toSorted(), CLASSES);
    assert(train.every(({ classId, classIndex }) => trainClasses[classIndex] === classId));
    assert(heldOut.every(({ classId, classIndex }) => heldOutOf[i]![classIndex] === classId));
    assertEquals(train.length + heldOut.length, TRAIN.length);
  }
});

Deno.test("holdOutFold() draws the folds by seed", () => {
  const classesOf = (seed: number) =>
    holdOutFold(TRAIN, CLASSES, { index: 0, count: 3 }, RandomStream.named(seed, "folds"))
      .trainClasses;
  assertEquals(classesOf(1), classesOf(1));
  assertNotEquals(classesOf(1), classesOf(2));
});

for (const [count, classCount] of [[1, 10], [6, 10], [2, 3]] as const) {
  Deno.test(`holdOutFold() refuses ${count} folds of ${classCount} classes`, () => {
    const classes = CLASSES.slice(0, classCount);
    const fold = { index: 0, count };
    assertEquals(
      assertThrows(
        () => holdOutFold(TRAIN, classes, fold, RandomStream.named(1, "folds")),
        InputError,
      ).message,
      "Cannot hold out folds as there must be at least two, each of at least two classes: " +
        `there are ${classCount} classes for ${count}`,
    );
  });
}
