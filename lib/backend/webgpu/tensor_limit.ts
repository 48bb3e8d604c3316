/** The size of a tensor that a GPU can bind at once. */

import { SMALLER_BATCH } from "../smaller_batch.ts";

/** Of every type that tfjs stores on a GPU. */
const ELEMENT_BYTES = 4;

/**
 * Says why a tensor cannot be allocated.
 *
 * @param limitBytes Largest binding of the device.
 * @returns One line that names what makes tensors smaller; `null` if it can be.
 */
export function describeTensorLimit(shape: readonly number[], limitBytes: number): string | null {
  const sizeBytes = shape.reduce((product, size) => product * size, ELEMENT_BYTES);
  if (sizeBytes <= limitBytes) return null;
  return `Cannot allocate tensor [${shape}] as this GPU binds at most ${mebibytes(limitBytes)}: ` +
    `it is ${mebibytes(sizeBytes)}; ${SMALLER_BATCH}`;
}

function mebibytes(sizeBytes: number): string {
  return `${(sizeBytes / 2 ** 20).toFixed(1)} MiB`;
}
