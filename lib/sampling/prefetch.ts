/** Makes things ahead of the one who needs them. */

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
  return generateAhead(count, depth, make);
}

async function* generateAhead<T>(
  count: number,
  depth: number,
  make: (i: number) => Promise<T>,
): AsyncGenerator<T, void, void> {
  const underWay: Promise<T>[] = [];
  let started = 0;
  const startUntil = (end: number) => {
    while (started < Math.min(count, end)) underWay.push(start(make, started++));
  };
  try {
    for (let i = 0; i < count; i++) {
      startUntil(i + depth);
      const value = await underWay[0]!;
      underWay.shift();
      startUntil(i + 1 + depth);
      yield value;
    }
  } finally {
    await Promise.allSettled(underWay);
  }
}

/** A failure that nobody waits for yet must not count as unhandled: it is thrown where it is awaited. */
function start<T>(make: (i: number) => Promise<T>, i: number): Promise<T> {
  const promise = (async () => await make(i))();
  promise.catch(() => {});
  return promise;
}

function checkWholeNumber(name: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new RangeError(
    `Cannot prefetch as ${name} must be a whole number from ${least}: it is ${value}`,
  );
}
