/** Central differences of a float64 function of a matrix. */

/** Small against 1/alpha at alpha 1000, large against float64's rounding of a loss of 1000. */
const STEP = 1e-7;

/** d f / d x, row-major: (f(x + h) - f(x - h)) / 2h for every entry. */
export function numericalGradient(
  f: (x: readonly (readonly number[])[]) => number,
  x: readonly (readonly number[])[],
  step = STEP,
): number[] {
  const copy = x.map((row) => [...row]);
  return copy.flatMap((row) =>
    row.map((value, column) => {
      row[column] = value + step;
      const above = f(copy);
      row[column] = value - step;
      const below = f(copy);
      row[column] = value;
      return (above - below) / (2 * step);
    })
  );
}
