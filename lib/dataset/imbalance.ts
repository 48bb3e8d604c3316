/** The imbalance setting: class sizes that fall exponentially from the first class to the last. */

import { InputError } from "../errors.ts";
import type { RandomStream } from "../random_stream.ts";
import { checkProtocol, type Protocol } from "./protocol.ts";
import { groupByClass, type ImageRecord } from "./record.ts";

/** A long-tailed part of the training images. */
export interface ImbalancedTrainingSet {
  /** In the order of the whole set. */
  readonly records: readonly ImageRecord[];
  /** Chance of each class in a draw: its share of `records`; C numbers that sum to 1. */
  readonly classWeights: readonly number[];
}

/**
 * Keeps max(1, floor(N1 · gamma^(-k / (C - 1)))) images of the class of rank k = 0...C-1, from its shuffled list;
 * N1 is the smallest class size.
 *
 * `published`: ranks follow the folder order. `corrected`: they are a seeded permutation, so that which class is rare does
 * not hang on its name.
 *
 * Source: the authors' implementation, as described for protocol `published`.
 *
 * @param train Sorted training images, with class indices 0...C-1.
 * @param gamma Size of the first class over that of the last, at least 1.
 * @param stream A fresh stream `imbalance`.
 * @throws {RangeError} If the protocol is neither of the two.
 * @throws {InputError} If `gamma` is out of range or there are no images.
 */
export function takeImbalanced(
  train: readonly ImageRecord[],
  gamma: number,
  protocol: Protocol,
  stream: RandomStream,
): ImbalancedTrainingSet {
  if (!(gamma >= 1 && Number.isFinite(gamma))) {
    throw new InputError(
      `Cannot take an imbalanced part of the training images as gamma must be at least 1: it is ${gamma}`,
    );
  }
  checkProtocol(protocol, "take an imbalanced part of the training images");
  const classes = groupByClass(train);
  if (classes.length === 0) {
    throw new InputError(
      "Cannot take an imbalanced part of the training images as there must be some: there are none",
    );
  }
  const smallestSize = classes.reduce((size, images) => Math.min(size, images.length), Infinity);
  const ranks = classes.map((_, classIndex) => classIndex);
  if (protocol === "corrected") stream.shuffle(ranks);
  const keptCounts = ranks.map((rank) => countKept(rank, classes.length, smallestSize, gamma));
  const kept = new Set<ImageRecord>();
  classes.forEach((images, classIndex) => {
    const shuffled = stream.shuffle([...images]);
    shuffled.slice(0, keptCounts[classIndex]).forEach((image) => kept.add(image));
  });
  const classWeights = keptCounts.map((count) => count / kept.size);
  return { records: train.filter((image) => kept.has(image)), classWeights };
}

function countKept(rank: number, classCount: number, smallestSize: number, gamma: number): number {
  const exponent = classCount === 1 ? 0 : -rank / (classCount - 1);
  return Math.max(1, Math.floor(smallestSize * gamma ** exponent));
}
