/** Position embeddings of a vision transformer, for inputs of another size than they were learned on. */

/** The coefficient of PyTorch's bicubic kernel. */
const CUBIC = -0.75;

/**
 * The matrix of bicubic interpolation along one axis, as `torch.nn.functional.interpolate` does it with
 * `mode="bicubic", align_corners=False`: entry i of the result lies at (i + 1/2) · oldSize / newSize - 1/2, weights the four
 * neighbors by Keys' kernel (a = -0.75), and neighbors outside repeat the border.
 *
 * @returns newSize rows of oldSize weights, each summing to 1.
 */
export function bicubicWeights(oldSize: number, newSize: number): number[][] {
  return Array.from({ length: newSize }, (_, i) => {
    const row = new Array<number>(oldSize).fill(0);
    const position = (i + 0.5) * oldSize / newSize - 0.5;
    const first = Math.floor(position) - 1;
    for (let at = first; at < first + 4; at++) {
      const inside = Math.min(Math.max(at, 0), oldSize - 1);
      row[inside]! += cubicKernel(Math.abs(position - at));
    }
    return row;
  });
}

/**
 * The matrix that resizes a square grid of embeddings, row by row: the product of both axes' weights.
 *
 * @param oldSize Rows, and columns, of the grid that was learned.
 * @param rowCount Rows of the new grid.
 * @param columnCount Columns of the new grid.
 * @returns Row-major [rowCount · columnCount, oldSize²].
 */
export function gridResizeMatrix(
  oldSize: number,
  rowCount: number,
  columnCount: number,
): Float32Array<ArrayBuffer> {
  const [byRow, byColumn] = [
    bicubicWeights(oldSize, rowCount),
    bicubicWeights(oldSize, columnCount),
  ];
  const matrix = new Float32Array(rowCount * columnCount * oldSize * oldSize);
  let to = 0;
  for (const rowWeights of byRow) {
    for (const columnWeights of byColumn) {
      for (const rowWeight of rowWeights) {
        for (const columnWeight of columnWeights) matrix[to++] = rowWeight * columnWeight;
      }
    }
  }
  return matrix;
}

/** Keys' cubic convolution kernel, doi:10.1109/TASSP.1981.1163711, at a distance in [0, 2]. */
function cubicKernel(distance: number): number {
  const x = distance;
  if (x <= 1) return ((CUBIC + 2) * x - (CUBIC + 3)) * x * x + 1;
  if (x >= 2) return 0;
  return ((CUBIC * x - 5 * CUBIC) * x + 8 * CUBIC) * x - 4 * CUBIC;
}
