/** The one bounded runner: asynchronous work by number, some of it at a time, taken in order. */

/** How much is under way. */
export interface RunAheadOptions {
  /** Calls in flight, at least 1. */
  readonly limit: number;
  /** Results that are made before they are asked for, besides the one that the consumer holds. @default {Infinity} */
  readonly ahead?: number;
}

/**
 * Yields `make(0, lane)`, `make(1, lane)`, ..., `make(count - 1, lane)` in order; they end in any order.
 *
 * A failure is thrown in its turn, after everything before it was yielded; nothing new begins once a call has failed. When
 * the consumer stops early, or after a failure, the generator ends once what is under way has ended; later failures are
 * dropped.
 *
 * @param make Called in order, once per number. No two calls in flight have the same lane, one of 0 ... limit - 1.
 */
export async function* runAhead<T>(
  count: number,
  { limit, ahead = Infinity }: RunAheadOptions,
  make: (index: number, lane: number) => Promise<T>,
): AsyncGenerator<T, void, void> {
  const results = new Map<number, Promise<T>>();
  const freeLanes = Array.from({ length: Math.min(limit, count) }, (_, lane) => lane);
  let [started, end, hasFailed] = [0, 0, false];
  const start = (index: number, lane: number) => {
    const result = (async () => await make(index, lane))();
    results.set(index, result); // a failure waits here for its turn, and must not count as unhandled
    result.catch(() => hasFailed = true).then(() => {
      freeLanes.push(lane);
      startMore();
    });
  };
  const startMore = () => {
    while (started < Math.min(count, end) && freeLanes.length > 0 && !hasFailed) {
      start(started++, freeLanes.shift()!);
    }
  };
  const allowUntil = (newEnd: number) => {
    end = newEnd;
    startMore();
  };
  try {
    for (let index = 0; index < count; index++) {
      allowUntil(index + ahead);
      const value = await results.get(index)!;
      results.delete(index);
      allowUntil(index + 1 + ahead);
      yield value;
    }
  } finally {
    end = 0; // nothing new begins
    await Promise.allSettled(results.values());
  }
}
