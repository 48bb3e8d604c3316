/**
 * Batches with the same number of images of every class in them.
 *
 * The classes of a batch are drawn without replacement, uniformly or by weight. Each class deals the next images of its
 * shuffled list, and shuffles it again when fewer remain than it needs; lists and positions live across epochs. A class
 * smaller than its share is drawn with replacement.
 */

import { RandomStream } from "../random_stream.ts";
import { checkSource, checkState } from "./check_sampler.ts";
import type { SamplerSource, SamplerState } from "./sampler_state.ts";

/** Options of {@linkcode BalancedSampler}. */
export interface BalancedSamplerOptions extends SamplerSource {
  /** Where all draws come from; belongs to the sampler from here on. */
  readonly stream: RandomStream;
}

/** Deals batches; goes on exactly from a stored state. */
export class BalancedSampler {
  readonly #source: SamplerSource;
  #stream: RandomStream;
  #lists: number[][];
  #positions: number[];

  /**
   * Shuffles the list of every class.
   *
   * @throws {RangeError} If a count, a label or a weight is not what {@linkcode SamplerSource} says.
   * @throws {InputError} If a class has no image or a batch needs more classes than there are.
   */
  constructor(options: BalancedSamplerOptions) {
    checkSource(options);
    this.#source = options;
    this.#stream = options.stream;
    this.#lists = groupByClass(options).map((list) => this.#stream.shuffle(list));
    this.#positions = this.#lists.map(() => 0);
  }

  /**
   * The sampler that goes on where another one stood.
   *
   * @param source The same as that sampler's.
   * @throws {InputError} If the state is one of other images.
   */
  static fromState(source: SamplerSource, state: SamplerState): BalancedSampler {
    checkSource(source);
    checkState(source, state);
    const stream = RandomStream.fromState(state.stream);
    const sampler = new BalancedSampler({ ...source, stream });
    sampler.#stream = RandomStream.fromState(state.stream); // without what the constructor drew
    sampler.#lists = state.lists.map((list) => [...list]);
    sampler.#positions = [...state.positions];
    return sampler;
  }

  /** Where the sampler stands; a copy. */
  state(): SamplerState {
    return {
      stream: this.#stream.state(),
      lists: this.#lists.map((list) => [...list]),
      positions: [...this.#positions],
    };
  }

  /** The next batch: `classesPerBatch * imagesPerClass` indices into `labels`, class by class. */
  nextBatch(): number[] {
    const { classCount, classesPerBatch, classWeights } = this.#source;
    const classes = classWeights
      ? drawWeighted(classWeights, classesPerBatch, this.#stream)
      : drawUniform(classCount, classesPerBatch, this.#stream);
    return classes.flatMap((classIndex) => this.#deal(classIndex));
  }

  #deal(classIndex: number): number[] {
    const { imagesPerClass } = this.#source;
    const list = this.#lists[classIndex]!;
    if (list.length < imagesPerClass) {
      const draw = () => list[this.#stream.nextInteger(list.length)]!;
      return Array.from({ length: imagesPerClass }, draw);
    }
    let start = this.#positions[classIndex]!;
    if (start + imagesPerClass > list.length) {
      this.#stream.shuffle(list);
      start = 0;
    }
    this.#positions[classIndex] = start + imagesPerClass;
    return list.slice(start, start + imagesPerClass);
  }
}

/** Indices into `labels` of every class, in their order. */
function groupByClass({ labels, classCount }: SamplerSource): number[][] {
  const lists: number[][] = Array.from({ length: classCount }, () => []);
  labels.forEach((classIndex, i) => lists[classIndex]!.push(i));
  return lists;
}

/** `count` of `classCount` classes, without replacement: the start of a Fisher-Yates shuffle. */
function drawUniform(classCount: number, count: number, stream: RandomStream): number[] {
  const classes = Array.from({ length: classCount }, (_, classIndex) => classIndex);
  for (let i = 0; i < count; i++) {
    const j = i + stream.nextInteger(classCount - i);
    [classes[i], classes[j]] = [classes[j]!, classes[i]!];
  }
  return classes.slice(0, count);
}

/** `count` classes, one after the other, each with a chance proportional to its weight among those that are left. */
function drawWeighted(
  classWeights: readonly number[],
  count: number,
  stream: RandomStream,
): number[] {
  const left = classWeights.map((weight, classIndex) => ({ weight, classIndex }));
  return Array.from({ length: count }, () => {
    const sum = left.reduce((total, { weight }) => total + weight, 0);
    let rest = stream.nextFloat() * sum;
    let at = 0;
    while (at < left.length - 1 && rest >= left[at]!.weight) rest -= left[at++]!.weight;
    return left.splice(at, 1)[0]!.classIndex;
  });
}
