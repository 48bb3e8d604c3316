/** Draws from a stream: a choice, a number in a range, yes or no. */

import type { RandomStream } from "../random_stream.ts";

/** Lowest and highest value. */
export type Range = readonly [low: number, high: number];

/** One of the values, each as likely as the others. */
export function pick<T>(stream: RandomStream, values: readonly T[]): T {
  return values[stream.nextInteger(values.length)]!;
}

/** A number, uniform in the range. */
export function between(stream: RandomStream, [low, high]: Range): number {
  return low + (high - low) * stream.nextFloat();
}

/** True with the given probability. */
export function happens(stream: RandomStream, probability: number): boolean {
  return stream.nextFloat() < probability;
}

/** A number in [-limit, limit], more often near zero. */
export function wobble(stream: RandomStream, limit: number): number {
  return limit * (stream.nextFloat() + stream.nextFloat() - 1);
}
