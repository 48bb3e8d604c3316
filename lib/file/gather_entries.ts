/** Entries of an array in row-major order, wherever strides put them. */

/**
 * Copies entries in row-major order: an odometer over the indices, the last axis fastest.
 *
 * @param bytes Entries of `entryBytes` each.
 * @param strides Entries between neighbors, for each dimension of `shape`.
 * @param count Entries of the result: the product of `shape`.
 */
export function gatherEntries(
  bytes: Uint8Array,
  entryBytes: number,
  shape: readonly number[],
  strides: readonly number[],
  count: number,
): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(count * entryBytes);
  const index = new Array<number>(shape.length).fill(0);
  let from = 0;
  for (let to = 0; to < result.length; to += entryBytes) {
    for (let byte = 0; byte < entryBytes; byte++) {
      result[to + byte] = bytes[from * entryBytes + byte]!;
    }
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return result;
}
