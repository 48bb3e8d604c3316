/** Says which name was probably meant. */

/**
 * The valid name nearest to `value` by edit distance, or `undefined` if none is near (more than half of it differs).
 *
 * @param value What was given.
 * @param names What is valid.
 */
function nearestName(value: string, names: readonly string[]): string | undefined {
  const ranked = names
    .map((name) => ({ name, distance: editDistance(value.toLowerCase(), name.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best && best.distance <= Math.ceil(best.name.length / 2) ? best.name : undefined;
}

/** The ending of an error about an unknown name: the value, and the nearest valid one where there is one. */
export function describeUnknown(value: string, names: readonly string[]): string {
  const nearest = nearestName(value, names);
  return `it is ${JSON.stringify(value)}${nearest ? ` (did you mean ${nearest}?)` : ""}`;
}

/** Levenshtein distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substituted, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
