/** The memory in which a training keeps decoded images, so that later epochs decode them no more. It changes no number. */

/** Bytes of one run at a time, where nothing else is said; 0 would keep none. */
export const DECODED_CACHE_BYTES = 512 * 2 ** 20;
