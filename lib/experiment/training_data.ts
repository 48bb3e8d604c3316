/** From a dataset and a configuration to the images that a run trains on and the classes that it holds out. */

import { takeImbalanced } from "../dataset/imbalance.ts";
import { holdOutClasses } from "../dataset/held_out.ts";
import { takePartial } from "../dataset/partial.ts";
import type { Dataset, ImageRecord } from "../dataset/record.ts";
import { InputError } from "../errors.ts";
import { RandomStream } from "../random_stream.ts";
import type { TrainConfig } from "../train/config.ts";

/** What a run trains on. */
export interface TrainingData {
  /** `classIndex` is in 0...classCount-1. */
  readonly records: readonly ImageRecord[];
  /** C. */
  readonly classCount: number;
  /** The n of the epoch length. */
  readonly epochImageCount: number;
  /** Chances of the classes in the imbalance setting. */
  readonly classWeights?: readonly number[];
  /** Images of held-out training classes; empty in protocol `published`. */
  readonly heldOut: readonly ImageRecord[];
}

/**
 * Holds out classes, then takes the setting's part of the rest.
 *
 * @throws {InputError} If a class would be empty or a batch needs more classes than there are.
 */
export function selectTrainingData(dataset: Dataset, config: TrainConfig): TrainingData {
  const { heldOutShare, protocol, seed, setting } = config;
  const { train, trainClasses, heldOut } = holdOutClasses(
    dataset.train,
    dataset.trainClasses,
    heldOutShare,
    RandomStream.named(seed, "held_out"),
  );
  const classCount = trainClasses.length;
  checkClassCount(dataset, config, classCount);
  const common = { classCount, heldOut };
  switch (setting.kind) {
    case "full":
      return { ...common, records: train, epochImageCount: train.length };
    case "partial": {
      const stream = RandomStream.named(seed, "partial");
      const { records, imageCount } = takePartial(train, setting.rate, protocol, stream);
      return { ...common, records, epochImageCount: imageCount };
    }
    case "imbalance": {
      const stream = RandomStream.named(seed, "imbalance");
      const { records, classWeights } = takeImbalanced(train, setting.gamma, protocol, stream);
      return { ...common, records, classWeights, epochImageCount: records.length };
    }
  }
}

/**
 * Checks that a batch can be filled.
 *
 * @throws {InputError} If it needs more classes than there are to train on.
 */
export function checkClassCount(
  { name }: Pick<Dataset, "name">,
  { classesPerBatch }: Pick<TrainConfig, "classesPerBatch">,
  classCount: number,
): void {
  if (classCount >= classesPerBatch) return;
  throw new InputError(
    `Cannot train on ${name} as a batch needs ${classesPerBatch} classes: ` +
      `it has ${classCount}; lower --classes-per-batch`,
  );
}
