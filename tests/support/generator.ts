/**
 * The generator that made the inputs of the golden numbers: a 32-bit integer hash, so that any language can repeat it.
 * Provenance: reference numbers of the authors' implementation on PyTorch 1.13.1, CPU, float32.
 */

function hash32(value: number): number {
  let x = value >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return (x ^ (x >>> 15)) >>> 0;
}

/** u(i, seed), a float32 in [-1, 1). */
export function goldenUniform(index: number, seed: number): number {
  const offset = Math.imul(seed, 0x9e3779b9);
  return Math.fround(2 * hash32((index + offset) >>> 0) / 2 ** 32 - 1);
}

/** T(shape, seed, scale, add), row-major. */
export function goldenTensor(
  shape: readonly number[],
  seed: number,
  scale = 1,
  add = 0,
): Float32Array<ArrayBuffer> {
  const size = shape.reduce((product, extent) => product * extent, 1);
  const values = new Float32Array(size);
  for (let i = 0; i < size; i++) {
    values[i] = Math.fround(goldenUniform(i, seed) * Math.fround(scale)) + Math.fround(add);
  }
  return values;
}
