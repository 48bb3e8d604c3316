/** Images that are in a split more than once. */

import { showName } from "../file/quote_text.ts";
import type { ImageRecord } from "./record.ts";

/**
 * Images that have the bytes of an earlier one of their split, as the backups of editors do: in a test set each is found by its
 * twin, whatever the network.
 *
 * @returns In their order, each with the first of its kind.
 */
export function findCopies(
  records: readonly ImageRecord[],
): { readonly copy: ImageRecord; readonly first: ImageRecord }[] {
  const firstOf = new Map<string, ImageRecord>();
  return records.flatMap((record) => {
    const key = `${record.split} ${record.sha256}`;
    const first = firstOf.get(key);
    if (first) return [{ copy: record, first }];
    firstOf.set(key, record);
    return [];
  });
}

/** The same in a line, with one pair; `null` if there are none. */
export function describeCopies(records: readonly ImageRecord[]): string | null {
  const copies = findCopies(records);
  if (copies.length === 0) return null;
  const [{ copy, first }] = copies as [typeof copies[0]];
  const counted = copies.length === 1
    ? "1 image has the bytes of another of its set, and finds it"
    : `${copies.length} images have the bytes of another of their set, and find it`;
  return `${counted} whatever is learned: ${showName(copy.imagePath)} is ${
    showName(first.imagePath)
  }`;
}
