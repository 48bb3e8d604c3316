/**
 * Memory of large arrays, given back where its last reader is known: the collector comes late, and until then every array is made of
 * fresh pages, which cost the system more than it takes to fill them.
 */

/** Arrays that wait to be used again: those of two batches that are made, one that is read, and one to spare. */
const SPARE_COUNT = 4;

const spares: ArrayBuffer[] = [];
/** Memory that is out: an array of anyone else is nobody's to take. */
const taken = new WeakSet<ArrayBuffer>();

/**
 * An array for a writer of all its values: they are whatever its memory held before.
 *
 * @param length Values.
 */
export function takeFloats(length: number): Float32Array<ArrayBuffer> {
  const byteCount = length * Float32Array.BYTES_PER_ELEMENT;
  const index = spares.findIndex(({ byteLength }) => byteLength === byteCount);
  const buffer = index < 0 ? new ArrayBuffer(byteCount) : spares.splice(index, 1)[0]!;
  taken.add(buffer);
  return new Float32Array(buffer);
}

/**
 * Gives an array of {@linkcode takeFloats} back, whose memory the next ones may have. It becomes empty, so that nobody reads in it what
 * others write. Any other array is left as it is.
 */
export function giveBackFloats(values: Float32Array<ArrayBuffer>): void {
  if (!taken.delete(values.buffer)) return;
  spares.push(values.buffer.transfer());
  if (spares.length > SPARE_COUNT) spares.shift();
}

/** Frees the memory of an array now. The array becomes empty. A view of a part of something larger is left as it is. */
export function freeBytes(bytes: Uint8Array): void {
  const { buffer } = bytes;
  if (buffer instanceof ArrayBuffer && bytes.byteLength === buffer.byteLength) buffer.transfer(0);
}
