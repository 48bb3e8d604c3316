/** One of several parts of some work, for as many processes or machines: every part is told by its number alone. */

/** A part. */
export interface Shard {
  /** From 1. */
  readonly index: number;
  readonly count: number;
}

/**
 * Parses `I/N`.
 *
 * @returns `null` if it is anything else, or I is not from 1 to N.
 */
export function parseShard(text: string): Shard | null {
  const [, index, count] = /^([1-9]\d{0,5})\/([1-9]\d{0,5})$/.exec(text)?.map(Number) ?? [];
  if (index === undefined || count === undefined || index > count) return null;
  return { index, count };
}

/** The items of a part: every N-th, so that neighbors, which are alike, are shared out evenly. Without a part, all of them. */
export function takeShard<T>(items: readonly T[], shard: Shard | undefined): readonly T[] {
  return shard ? items.filter((_, i) => i % shard.count === shard.index - 1) : items;
}
