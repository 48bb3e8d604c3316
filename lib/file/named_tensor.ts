/** A tensor as files hold it: a name, a shape and its numbers, whatever they are of. */

/** A tensor outside a backend, in the layout of its file: PyTorch's in everything that is written here. */
export interface NamedTensor {
  /** Name in the file; that of a network's weights is PyTorch's. */
  readonly name: string;
  /** Filters are [O, I, H, W], linear weights [out, in]. */
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: Float32Array;
}

/** Number of entries of a tensor of this shape. */
export function countEntries(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}
