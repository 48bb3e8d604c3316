/** Classes that are kept out of training: protocol `corrected` chooses the epoch on them, a sweep the settings. */

import { InputError } from "../errors.ts";
import type { RandomStream } from "../random_stream.ts";
import { compareText } from "../file/compare_text.ts";
import type { ImageRecord } from "./record.ts";

/** Fewest held-out classes: with one, every neighbor is right. */
const FEWEST_HELD_OUT = 2;

/** Training images in two parts of disjoint classes; each part's class indices start at 0. */
export interface HeldOutSplit {
  /** Images to train on. */
  readonly train: readonly ImageRecord[];
  /** Sorted; the class of index c of `train`. */
  readonly trainClasses: readonly string[];
  /** Their split stays `train`. */
  readonly heldOut: readonly ImageRecord[];
}

/**
 * Holds out max(2, round(share · C)) classes, drawn at random.
 *
 * @param train Sorted training images.
 * @param trainClasses Their classes, sorted.
 * @param share In [0, 1); 0 holds out nothing.
 * @param stream A fresh stream `held_out`; drawn from only if `share` is not 0.
 * @throws {InputError} If `share` is out of range or would leave fewer than two classes to train on.
 */
export function holdOutClasses(
  train: readonly ImageRecord[],
  trainClasses: readonly string[],
  share: number,
  stream: RandomStream,
): HeldOutSplit {
  if (share === 0) return { train, trainClasses, heldOut: [] };
  const heldOutCount = Math.max(FEWEST_HELD_OUT, Math.round(share * trainClasses.length));
  if (!(share > 0 && share < 1) || trainClasses.length - heldOutCount < 2) {
    throw new InputError(
      "Cannot hold out classes as the share must be in [0, 1) and leave two to train on: " +
        `it is ${share} of ${trainClasses.length}`,
    );
  }
  const shuffled = stream.shuffle([...trainClasses]);
  const heldOutClasses = shuffled.slice(0, heldOutCount).toSorted(compareText);
  const keptClasses = shuffled.slice(heldOutCount).toSorted(compareText);
  return {
    train: takeClasses(train, keptClasses),
    trainClasses: keptClasses,
    heldOut: takeClasses(train, heldOutClasses),
  };
}

/** One of K parts of the training classes. */
export interface Fold {
  /** 0...count-1. */
  readonly index: number;
  /** K, at least 2. */
  readonly count: number;
}

/**
 * Holds out the classes of one fold: over all folds every class is held out once. Folds differ by one class at most.
 *
 * @param train Sorted training images.
 * @param trainClasses Their classes, sorted.
 * @param stream A fresh stream `folds`, the same for every fold.
 * @throws {InputError} If there are fewer than two folds, or one would have fewer than two classes.
 */
export function holdOutFold(
  train: readonly ImageRecord[],
  trainClasses: readonly string[],
  { index, count }: Fold,
  stream: RandomStream,
): HeldOutSplit {
  if (count < 2 || Math.floor(trainClasses.length / count) < FEWEST_HELD_OUT) {
    throw new InputError(
      "Cannot hold out folds as there must be at least two, each of at least two classes: " +
        `there are ${trainClasses.length} classes for ${count}`,
    );
  }
  const shuffled = stream.shuffle([...trainClasses]);
  const isHeldOut = (_classId: string, i: number) => i % count === index;
  const heldOutClasses = shuffled.filter(isHeldOut).toSorted(compareText);
  const keptClasses = shuffled.filter((classId, i) => !isHeldOut(classId, i)).toSorted(compareText);
  return {
    train: takeClasses(train, keptClasses),
    trainClasses: keptClasses,
    heldOut: takeClasses(train, heldOutClasses),
  };
}

/** The images of some classes, with the position of their class among these as index. */
function takeClasses(records: readonly ImageRecord[], classes: readonly string[]): ImageRecord[] {
  const indexOf = new Map(classes.map((classId, index) => [classId, index]));
  return records.flatMap((record) => {
    const classIndex = indexOf.get(record.classId);
    return classIndex === undefined ? [] : [{ ...record, classIndex }];
  });
}
