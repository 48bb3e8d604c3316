/** Whether images of one part of a dataset are in another: a network is tested on what it did not see. */

import { InputError } from "../errors.ts";
import type { ManifestRow } from "./manifest.ts";
import type { Split } from "./record.ts";

/** The flag that names the folder of a split. */
const FLAGS: Readonly<Record<Split, string>> = {
  train: "--train",
  test: "--test",
  query: "--test",
  gallery: "--gallery",
};

/**
 * Refuses class folders that share an image, by content: a copy, a link and the same folder given twice are all found.
 *
 * @param pathOf File of each row's `imagePath`, for the error.
 * @throws {InputError} Naming the first pair, and how many images there are in common.
 */
export function checkDisjoint(
  rows: readonly ManifestRow[],
  pathOf: ReadonlyMap<string, string>,
): void {
  const firstOf = new Map<string, ManifestRow>();
  const shared: (readonly [ManifestRow, ManifestRow])[] = [];
  for (const row of rows) {
    const first = firstOf.get(row.sha256);
    if (!first) firstOf.set(row.sha256, row);
    else if (first.split !== row.split) shared.push([first, row]);
  }
  if (shared.length === 0) return;
  const [first, second] = shared[0]!;
  const [path, firstPath] = [pathOf.get(second.imagePath), pathOf.get(first.imagePath)];
  const twin = path === firstPath ? "it is in both" : `it is the same as ${firstPath}`;
  const others = shared.length === 1 ? "" : `, and ${shared.length - 1} more are in both`;
  throw new InputError(
    `${path}: Cannot open class folders as ${FLAGS[first.split]} and ${FLAGS[second.split]} ` +
      `must share no image: ${twin}${others}; remove what they share from one of them`,
  );
}
