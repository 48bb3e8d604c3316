/** What a sampler demands of the images and of a stored state. */

import { InputError } from "../errors.ts";
import type { SamplerSource, SamplerState } from "./sampler_state.ts";

/**
 * Checks what a sampler is to draw from.
 *
 * @throws {RangeError} If a count, a label or a weight is not what {@linkcode SamplerSource} says.
 * @throws {InputError} If a class has no image or a batch needs more classes than there are.
 */
export function checkSource(source: SamplerSource): void {
  const { labels, classCount, classesPerBatch, imagesPerClass, classWeights } = source;
  checkCount("classCount", classCount);
  checkCount("classesPerBatch", classesPerBatch);
  checkCount("imagesPerClass", imagesPerClass);
  if (classesPerBatch > classCount) {
    throw new InputError(
      `Cannot sample batches of ${classesPerBatch} classes as there must be at least as many: ` +
        `there are ${classCount}`,
    );
  }
  if (classWeights) checkWeights(classWeights, classCount);
  const counts = countByClass(labels, classCount);
  const emptyClass = counts.indexOf(0);
  if (emptyClass >= 0) {
    throw new InputError(
      `Cannot sample batches as every class must have an image: class ${emptyClass} has 0`,
    );
  }
}

/**
 * Checks that a stored state is one of the same images.
 *
 * @throws {InputError} If it is not.
 */
export function checkState({ labels, classCount }: SamplerSource, state: SamplerState): void {
  const { lists, positions } = state;
  if (lists.length !== classCount || positions.length !== classCount) {
    throw new InputError(
      `Cannot restore sampler as its state must have ${classCount} classes: ` +
        `it has ${lists.length} lists and ${positions.length} positions`,
    );
  }
  const counts = countByClass(labels, classCount);
  lists.forEach((list, classIndex) => {
    const isOfClass = list.every((i) => labels[i] === classIndex);
    const isWhole = new Set(list).size === list.length && list.length === counts[classIndex];
    if (!isOfClass || !isWhole) {
      throw new InputError(
        `Cannot restore sampler as the list of class ${classIndex} must hold each of its ` +
          `${counts[classIndex]} images once: it has ${list.length} entries; ` +
          `was the state made from other images?`,
      );
    }
    const position = positions[classIndex]!;
    if (!Number.isInteger(position) || position < 0 || position > list.length) {
      throw new InputError(
        `Cannot restore sampler as the position of class ${classIndex} must be ` +
          `a whole number in [0, ${list.length}]: it is ${position}`,
      );
    }
  });
}

function countByClass(labels: readonly number[], classCount: number): number[] {
  const counts = new Array<number>(classCount).fill(0);
  labels.forEach((classIndex, i) => {
    if (!Number.isInteger(classIndex) || classIndex < 0 || classIndex >= classCount) {
      throw new RangeError(
        `Cannot sample batches as labels must be whole numbers in [0, ${classCount}): ` +
          `label ${i} is ${classIndex}`,
      );
    }
    counts[classIndex]!++;
  });
  return counts;
}

function checkWeights(classWeights: readonly number[], classCount: number): void {
  if (classWeights.length !== classCount) {
    throw new RangeError(
      `Cannot sample batches as there must be ${classCount} class weights: ` +
        `there are ${classWeights.length}`,
    );
  }
  const bad = classWeights.findIndex((weight) => !(weight > 0 && Number.isFinite(weight)));
  if (bad < 0) {
    const sum = classWeights.reduce((total, weight) => total + weight, 0);
    if (Number.isFinite(sum)) return;
    throw new RangeError(
      `Cannot sample batches as class weights must have a finite sum: it is ${sum}`,
    );
  }
  throw new RangeError(
    `Cannot sample batches as class weights must be finite and above 0: ` +
      `weight ${bad} is ${classWeights[bad]}`,
  );
}

function checkCount(name: string, count: number): void {
  if (Number.isInteger(count) && count >= 1) return;
  throw new RangeError(
    `Cannot sample batches as ${name} must be a whole number from 1: it is ${count}`,
  );
}
