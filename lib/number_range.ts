/** Which numbers a setting may be: one statement for the check and for the words of its error. */

/** An interval; without bounds, every finite number. */
export interface NumberRange {
  /** Smallest number. */
  readonly minimum?: number;
  /** Whether the minimum itself is outside. */
  readonly isMinimumExcluded?: boolean;
  /** Largest number. */
  readonly maximum?: number;
}

/** Whether a value is a finite number of a range. */
export function isWithinRange(value: unknown, range: NumberRange): value is number {
  const { minimum = -Infinity, maximum = Infinity, isMinimumExcluded = false } = range;
  return typeof value === "number" && Number.isFinite(value) && value <= maximum &&
    (isMinimumExcluded ? value > minimum : value >= minimum);
}

/** The bounds in words, to stand behind "a number": ` above 0 and at most 1`; empty if there are none. */
export function describeRange({ minimum, maximum, isMinimumExcluded }: NumberRange): string {
  const below = minimum === undefined
    ? []
    : [isMinimumExcluded ? `above ${minimum}` : `of at least ${minimum}`];
  const above = maximum === undefined
    ? []
    : [`${minimum === undefined ? "of " : ""}at most ${maximum}`];
  const words = [...below, ...above].join(" and ");
  return words && ` ${words}`;
}
