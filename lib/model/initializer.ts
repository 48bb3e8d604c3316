/** How the initial values of a tensor are drawn; PyTorch's rules, as data. */

import type { RandomStream } from "../random_stream.ts";
import { countEntries } from "../file/named_tensor.ts";

/**
 * A rule for initial values.
 *
 * `constant`: one value. `normal`: mean 0 and this deviation. `uniform`: in [-bound, bound). `orthogonal`: a matrix with
 * orthonormal rows or columns, whichever are fewer, uniform over such matrices (`torch.nn.init.orthogonal_`).
 */
export type Initializer =
  | { readonly kind: "constant"; readonly value: number }
  | { readonly kind: "normal"; readonly deviation: number }
  | { readonly kind: "uniform"; readonly bound: number }
  | { readonly kind: "orthogonal" };

/** All zeros. */
export const ZEROS: Initializer = { kind: "constant", value: 0 };
/** All ones. */
export const ONES: Initializer = { kind: "constant", value: 1 };

/**
 * Kaiming normal by fan-out for ReLU, as torchvision initializes the convolutions of its residual networks:
 * deviation sqrt(2 / (O · H · W)).
 *
 * @param shape [O, I, H, W]
 */
export function kaimingNormalFanOut(shape: readonly number[]): Initializer {
  const [outputs = 1, , ...window] = shape;
  return { kind: "normal", deviation: Math.sqrt(2 / (outputs * countEntries(window))) };
}

/**
 * PyTorch's default for the weight and the bias of convolutions and linear layers: uniform within ±1 / sqrt(fan-in).
 *
 * @param weightShape [O, I, ...] of the weight, also for the bias.
 */
export function uniformFanIn(weightShape: readonly number[]): Initializer {
  return { kind: "uniform", bound: 1 / Math.sqrt(countEntries(weightShape.slice(1))) };
}

/**
 * Draws initial values.
 *
 * @param init The rule.
 * @param shape PyTorch's layout; `orthogonal` needs rank 2.
 * @param stream Randomness of this tensor alone; `constant` draws nothing.
 * @returns Row-major values.
 */
export function drawInitial(
  init: Initializer,
  shape: readonly number[],
  stream: RandomStream,
): Float32Array<ArrayBuffer> {
  const values = new Float32Array(countEntries(shape));
  switch (init.kind) {
    case "constant":
      return values.fill(init.value);
    case "normal":
      return values.map(() => init.deviation * stream.nextNormal());
    case "uniform":
      return values.map(() => init.bound * (2 * stream.nextFloat() - 1));
    case "orthogonal":
      return drawOrthogonal(shape, stream);
  }
}

/**
 * Orthonormalizes random normal vectors by Gram-Schmidt, twice for accuracy: the Q of the QR decomposition whose R has a
 * positive diagonal, which is what makes the distribution uniform.
 */
function drawOrthogonal(shape: readonly number[], stream: RandomStream): Float32Array<ArrayBuffer> {
  if (shape.length !== 2) {
    throw new RangeError(
      `Cannot draw an orthogonal matrix as its shape must have rank 2: it is [${shape}]`,
    );
  }
  const [rows, columns] = shape as [number, number];
  const [count, length] = rows <= columns ? [rows, columns] : [columns, rows];
  const vectors: Float64Array[] = [];
  for (let i = 0; i < count; i++) {
    const vector = new Float64Array(length).map(() => stream.nextNormal());
    for (let pass = 0; pass < 2; pass++) {
      for (const earlier of vectors) subtractProjection(vector, earlier);
    }
    const norm = Math.hypot(...vector);
    vectors.push(vector.map((value) => value / norm));
  }
  const values = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      values[row * columns + column] = rows <= columns
        ? vectors[row]![column]!
        : vectors[column]![row]!;
    }
  }
  return values;
}

/** Makes `vector` orthogonal to `unit`, in place. */
function subtractProjection(vector: Float64Array, unit: Float64Array): void {
  let dot = 0;
  for (let i = 0; i < vector.length; i++) dot += vector[i]! * unit[i]!;
  for (let i = 0; i < vector.length; i++) vector[i]! -= dot * unit[i]!;
}
