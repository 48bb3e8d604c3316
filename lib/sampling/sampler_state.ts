/** What a sampler draws from, and where it stands. */

import type { RandomState } from "../random_stream.ts";

/** What a sampler draws from. */
export interface SamplerSource {
  /** Class index of every image, each in [0, C). */
  readonly labels: readonly number[];
  /** C. Every class must have an image. */
  readonly classCount: number;
  /** Classes in a batch, at most C. */
  readonly classesPerBatch: number;
  /** Images of each of them. */
  readonly imagesPerClass: number;
  /** Chances of the classes, C numbers above 0 that need not add up to 1; equal where left out. */
  readonly classWeights?: readonly number[];
}

/** Where a sampler stands. Plain JSON. */
export interface SamplerState {
  /** Where the draws go on. */
  readonly stream: RandomState;
  /** Indices into `labels` of every class, in the order in which they are dealt. */
  readonly lists: readonly (readonly number[])[];
  /** The next image of every class in its list. */
  readonly positions: readonly number[];
}
