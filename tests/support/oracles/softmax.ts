/** Softmax over rows in float64, and its gradient by the whole Jacobian. */

/** exp(x) / Σ exp(x) in each row. */
export function referenceSoftmax(x: ArrayLike<number>, columnCount: number): number[] {
  return splitRows(x, columnCount).flatMap((row) => {
    const powers = row.map((value) => Math.exp(value - Math.max(...row)));
    const sum = powers.reduce((total, power) => total + power, 0);
    return powers.map((power) => power / sum);
  });
}

/** dx_i = Σ_j dy_j ∂y_j/∂x_i, with ∂y_j/∂x_i = y_j (1 if i = j, else 0) - y_i y_j. */
export function referenceSoftmaxGradient(
  y: ArrayLike<number>,
  dy: ArrayLike<number>,
  columnCount: number,
): number[] {
  const upstream = splitRows(dy, columnCount);
  return splitRows(y, columnCount).flatMap((row, n) =>
    row.map((own, i) =>
      row.reduce((sum, other, j) => sum + upstream[n]![j]! * other * (Number(i === j) - own), 0)
    )
  );
}

function splitRows(values: ArrayLike<number>, columnCount: number): number[][] {
  return Array.from(
    { length: values.length / columnCount },
    (_, row) => Array.from({ length: columnCount }, (_, i) => values[row * columnCount + i]!),
  );
}
