/** Makes things ahead of the one who needs them. */

import { runAhead } from "../run_ahead.ts";

/**
 * Yields `make(0)`, `make(1)`, ..., `make(count - 1)` in order, while the next `depth` of them are under way.
 *
 * A failure is thrown in its turn, after everything before it was yielded. When the consumer stops early, or after a
 * failure, nothing new is started and the generator ends once what is under way has ended; its failures are dropped.
 *
 * @param depth At most so many are made ahead, besides the one that the consumer holds.
 * @param make Called in order, once per index.
 * @throws {RangeError} If `count` is not a whole number from 0, or `depth` not one from 1.
 */
export function prefetch<T>(
  count: number,
  depth: number,
  make: (i: number) => Promise<T>,
): AsyncGenerator<T, void, void> {
  checkWholeNumber("count", count, 0);
  checkWholeNumber("depth", depth, 1);
  return runAhead(count, { limit: depth, ahead: depth }, make);
}

function checkWholeNumber(name: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new RangeError(
    `Cannot prefetch as ${name} must be a whole number from ${least}: it is ${value}`,
  );
}
