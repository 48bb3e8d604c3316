/** Position embeddings of a vision transformer, for inputs of another size than they were learned on. */

import * as tf from "@tensorflow/tfjs";

/**
 * How a grid of position embeddings is resized, as `torch.nn.functional.interpolate(mode="bicubic")` does it.
 *
 * `bicubic`: `align_corners=False`; four neighbors by Keys' kernel with a = -0.75, and neighbors outside repeat the border.
 * `bicubic_antialias`: `antialias=True`; Keys' kernel with a = -0.5, widened by the factor of a reduction, over the neighbors
 * that exist, their weights divided by their sum. It is what timm does (`resample_abs_pos_embed`).
 */
export type PositionResize = "bicubic" | "bicubic_antialias";

/**
 * Resizes a grid of embeddings: the weights of one axis, then those of the other; differentiable in the grid.
 *
 * @param grid [S, S, E]
 * @param rowCount Rows of the new grid.
 * @param columnCount Columns of the new grid.
 * @returns [rowCount, columnCount, E]. Call it within a `tf.tidy`.
 */
export function resizePositionGrid(
  grid: tf.Tensor3D,
  rowCount: number,
  columnCount: number,
  resize: PositionResize,
): tf.Tensor3D {
  const byColumn = resizeColumns(grid, columnCount, resize); // [columns, S, E]
  return resizeColumns(byColumn, rowCount, resize); // [rows, columns, E]
}

/** Resizes the second axis of a grid, and makes it the first. */
function resizeColumns(grid: tf.Tensor3D, newSize: number, resize: PositionResize): tf.Tensor3D {
  const turned = tf.transpose(grid, [1, 0, 2]);
  const [oldSize, otherSize, width] = turned.shape;
  const weights = tf.tensor2d(resizeWeights(oldSize, newSize, resize), [newSize, oldSize]);
  const resized = tf.matMul(weights, tf.reshape(turned, [oldSize, otherSize * width]));
  return tf.reshape(resized, [newSize, otherSize, width]);
}

/**
 * The matrix that resizes one axis: entry i of the result lies at (i + 1/2) · oldSize / newSize - 1/2.
 *
 * @returns newSize rows of oldSize weights, each summing to 1.
 */
export function resizeWeights(
  oldSize: number,
  newSize: number,
  resize: PositionResize,
): number[][] {
  const step = oldSize / newSize;
  return Array.from({ length: newSize }, (_, i) => {
    const position = (i + 0.5) * step - 0.5;
    return resize === "bicubic"
      ? weightFourNeighbors(oldSize, position)
      : weightExistingNeighbors(oldSize, position, Math.max(step, 1));
  });
}

function weightFourNeighbors(oldSize: number, position: number): number[] {
  const row = new Array<number>(oldSize).fill(0);
  const first = Math.floor(position) - 1;
  for (let at = first; at < first + 4; at++) {
    const inside = Math.min(Math.max(at, 0), oldSize - 1);
    row[inside]! += cubicKernel(position - at, -0.75);
  }
  return row;
}

function weightExistingNeighbors(oldSize: number, position: number, stretch: number): number[] {
  const row = Array.from(
    { length: oldSize },
    (_, at) => cubicKernel((position - at) / stretch, -0.5),
  );
  const sum = row.reduce((total, weight) => total + weight, 0);
  return row.map((weight) => weight / sum);
}

/** Keys' cubic convolution kernel, doi:10.1109/TASSP.1981.1163711; 0 from a distance of 2 on. */
function cubicKernel(distance: number, a: number): number {
  const x = Math.abs(distance);
  if (x <= 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x >= 2) return 0;
  return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
}
