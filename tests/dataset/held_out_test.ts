import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { holdOutClasses } from "../../lib/dataset/held_out.ts";
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
