/** Many small questions to the file system: one after the other while it answers at once, else side by side. */

import { mapConcurrent } from "../map_concurrent.ts";

/** One question, asked in either way. */
export interface Question<T, R> {
  /** Waits for the answer in place: a third of the work where the system knows it. */
  readonly askNow: (item: T) => R;
  /** The same, aside. */
  readonly ask: (item: T) => Promise<R>;
  /** Questions asked side by side. */
  readonly limit: number;
}

/** Questions between two looks at the clock. */
const PART_SIZE = 128;
/** Milliseconds above which an answer was waited for: the disk or a network was asked. */
const SLOW_MS = 0.25;
/** Parts that are asked side by side before waiting in place is tried again. */
const PARTS_ASIDE = 16;

/**
 * Asks for every item.
 *
 * @returns In the order of the items.
 */
export async function answerMany<T, R>(
  items: readonly T[],
  { askNow, ask, limit }: Question<T, R>,
): Promise<R[]> {
  const answers: R[] = [];
  while (answers.length < items.length) {
    const part = items.slice(answers.length, answers.length + PART_SIZE);
    const startMs = performance.now();
    for (const item of part) answers.push(askNow(item));
    if (performance.now() - startMs <= part.length * SLOW_MS) continue;
    const aside = items.slice(answers.length, answers.length + PARTS_ASIDE * PART_SIZE);
    for (const answer of await mapConcurrent(aside, limit, ask)) answers.push(answer);
  }
  return answers;
}
