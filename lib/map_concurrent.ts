/** Asynchronous work on many items, a bounded number at a time. */

/**
 * Applies an asynchronous function to every item; results are in the order of the items.
 *
 * Nothing new begins once a call has failed; the error comes after the calls in flight have ended.
 *
 * @param limit Calls in flight, at least 1.
 */
export async function mapConcurrent<T, R>(
  items: readonly T[],
  limit: number,
  apply: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(items.length);
  const failures: { readonly index: number; readonly error: unknown }[] = [];
  let next = 0;
  const workOff = async () => {
    while (next < items.length && failures.length === 0) {
      const index = next++;
      try {
        results[index] = await apply(items[index]!, index);
      } catch (error) {
        failures.push({ index, error });
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, workOff));
  if (failures.length > 0) throw failures.toSorted((a, b) => a.index - b.index)[0]!.error;
  return results;
}
