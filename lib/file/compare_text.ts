/** The one order of texts: by code units, whatever the machine's language. */

/** Compares by code units, as sorting without a comparator does. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
