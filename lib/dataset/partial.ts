/** The partial setting: a share of every class's training images. */

import { InputError } from "../errors.ts";
import type { RandomStream } from "../random_stream.ts";
import { checkProtocol, type Protocol } from "./protocol.ts";
import { groupByClass, type ImageRecord } from "./record.ts";

/** A part of the training images. */
export interface PartialTrainingSet {
  /** In the order of the whole set. */
  readonly records: readonly ImageRecord[];
  /** The n of the epoch length. */
  readonly imageCount: number;
}

/**
 * Keeps a share of every class.
 *
 * `published`: the first floor(rate · n_c) images of each class in file order, whatever the seed; n = floor(rate · N),
 * which is not the number kept. `corrected`: max(1, floor(rate · n_c)) images from the class's shuffled list, nested
 * over rates for one seed; n is the number kept.
 *
 * Source: the authors' implementation, as described for protocol `published`.
 *
 * @param train Sorted training images.
 * @param rate In (0, 1].
 * @param stream A fresh stream `partial`; only `corrected` draws from it.
 * @throws {RangeError} If the protocol is neither of the two.
 * @throws {InputError} If `rate` is out of range or leaves a class empty.
 */
export function takePartial(
  train: readonly ImageRecord[],
  rate: number,
  protocol: Protocol,
  stream: RandomStream,
): PartialTrainingSet {
  if (!(rate > 0 && rate <= 1)) {
    throw new InputError(
      `Cannot take a part of the training images as rate must be in (0, 1]: it is ${rate}`,
    );
  }
  checkProtocol(protocol, "take a part of the training images");
  const kept = new Set<ImageRecord>();
  for (const images of groupByClass(train)) {
    const keptCount = Math.floor(rate * images.length);
    if (protocol === "published") {
      checkKept(keptCount, images, rate);
      images.slice(0, keptCount).forEach((image) => kept.add(image));
    } else {
      const shuffled = stream.shuffle([...images]); // drawn for every class: nested over rates
      shuffled.slice(0, Math.max(1, keptCount)).forEach((image) => kept.add(image));
    }
  }
  const records = train.filter((image) => kept.has(image));
  const imageCount = protocol === "published" ? Math.floor(rate * train.length) : records.length;
  return { records, imageCount };
}

function checkKept(keptCount: number, images: readonly ImageRecord[], rate: number): void {
  if (keptCount >= 1) return;
  const { classId } = images[0]!;
  throw new InputError(
    `Cannot take rate ${rate} of the training images as every class must keep one: ` +
      `${classId} has ${images.length}, of which floor(${rate} · ${images.length}) = 0 are kept; ` +
      "raise --rate or use --protocol corrected",
  );
}
