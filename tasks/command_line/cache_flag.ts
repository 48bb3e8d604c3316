/** The flag of tasks that train for the memory of decoded images. */

import { DECODED_CACHE_BYTES } from "../../lib/experiment/decoded_cache.ts";
import type { Flag, Flags } from "./flags.ts";

const MEBIBYTE = 2 ** 20;
/** 1 TiB. */
const MAXIMUM = 2 ** 20;

/** How much memory decoded images may fill. */
export const CACHE_FLAG: Flag = {
  name: "cache-memory",
  value: "MiB",
  help:
    `Memory of decoded images, which later epochs need not decode again, for each run at a time; 0 keeps none; default ${
      DECODED_CACHE_BYTES / MEBIBYTE
    }. Results do not depend on it.`,
};

/**
 * Reads `--cache-memory`.
 *
 * @returns Bytes; `undefined` where it is not there.
 * @throws {UsageError} If it is not a whole number of MiB from 0 to 1 TiB.
 */
export function readCacheBytes(flags: Flags): number | undefined {
  const size = flags.number(CACHE_FLAG.name, { minimum: 0, maximum: MAXIMUM, isInteger: true });
  return size === undefined ? undefined : size * MEBIBYTE;
}
