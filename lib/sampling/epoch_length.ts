/** How many batches an epoch has. */

import { checkProtocol, type Protocol } from "../dataset/protocol.ts";

/**
 * Batches of one epoch.
 *
 *     published: batches while (count + B) < n, count growing by B: an exact multiple of B loses one batch
 *     corrected: floor(n / B), at least 1
 *
 * @param imageCount n, the training images that the epoch counts.
 * @param batchSize B.
 * @returns A whole number; 0 is possible in `published`, where n is at most B.
 * @throws {RangeError} If a count is not a whole number from 1, or the protocol neither of the two.
 */
export function batchesPerEpoch(
  imageCount: number,
  batchSize: number,
  protocol: Protocol,
): number {
  checkCount("imageCount", imageCount);
  checkCount("batchSize", batchSize);
  checkProtocol(protocol, "count batches");
  switch (protocol) {
    case "published":
      return Math.ceil(imageCount / batchSize) - 1;
    case "corrected":
      return Math.max(1, Math.floor(imageCount / batchSize));
  }
}

function checkCount(name: string, count: number): void {
  if (Number.isInteger(count) && count >= 1) return;
  throw new RangeError(
    `Cannot count batches as ${name} must be a whole number from 1: it is ${count}`,
  );
}
