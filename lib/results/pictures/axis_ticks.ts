/** Round numbers for axes. */

/**
 * Evenly spaced round numbers that cover a range: multiples of 1, 2 or 5 times a power of ten.
 *
 * @param targetCount About how many there should be.
 * @returns At least two, ascending; the first is at most `minimum`, the last at least `maximum`.
 */
export function roundTicks(minimum: number, maximum: number, targetCount: number): number[] {
  const span = maximum > minimum ? maximum - minimum : 1;
  const power = 10 ** Math.floor(Math.log10(span / targetCount));
  const steps = [1, 2, 5, 10].map((multiple) => multiple * power);
  const step = steps.find((step) => span / step <= targetCount) ?? steps.at(-1)!;
  const first = Math.floor(minimum / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(maximum / step - 1e-9));
  return Array.from({ length: last - first + 1 }, (_, i) => roundOff((first + i) * step));
}

/** Takes away what floating-point multiplication adds: 0.30000000000000004 is 0.3. */
function roundOff(value: number): number {
  return Number(value.toPrecision(12));
}
