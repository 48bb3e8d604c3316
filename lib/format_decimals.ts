/** Numbers as people read them. */

/** A number with so many decimals; what rounds to zero has no sign. */
export function formatDecimals(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  return Number(text) === 0 ? text.replace("-", "") : text;
}
