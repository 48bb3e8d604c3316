/** Queries whose class has no image to find: no ranking can be right for them. */

/** How many queries have nothing to find. */
export interface NothingToFind {
  readonly count: number;
  readonly queryCount: number;
}

/**
 * Counts the queries without an image of their class, among the other queries or in a gallery.
 *
 * @param queryLabels Classes of the queries.
 * @param galleryLabels Classes of the gallery; left out if queries query each other.
 */
export function countNothingToFind<T>(
  queryLabels: readonly T[],
  galleryLabels?: readonly T[],
): NothingToFind {
  const sizes = new Map<T, number>();
  for (const label of galleryLabels ?? queryLabels) sizes.set(label, (sizes.get(label) ?? 0) + 1);
  const least = galleryLabels ? 1 : 2; // the query itself is one
  const count = queryLabels.filter((label) => (sizes.get(label) ?? 0) < least).length;
  return { count, queryCount: queryLabels.length };
}
