/** Asynchronous work on many items, a bounded number at a time. */

import { runAhead } from "./run_ahead.ts";

/**
 * Applies an asynchronous function to every item; results are in the order of the items.
 *
 * Nothing new begins once a call has failed; the error, that of the first item of those that failed, comes after the calls
 * in flight have ended.
 *
 * @param limit Calls in flight, at least 1.
 * @param apply No two calls in flight have the same lane, one of 0 ... limit - 1.
 */
export async function mapConcurrent<T, R>(
  items: readonly T[],
  limit: number,
  apply: (item: T, index: number, lane: number) => Promise<R>,
): Promise<R[]> {
  return await Array.fromAsync(
    runAhead(items.length, { limit }, (index, lane) => apply(items[index]!, index, lane)),
  );
}
