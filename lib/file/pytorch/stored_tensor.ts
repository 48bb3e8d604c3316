/** Tensors as PyTorch stores them: a view, by offset and strides, of a storage that lies elsewhere in the file. */

import { InputError } from "../../errors.ts";
import { decodeNumbers, ENTRY_BYTES, type NumberFormat } from "../number_format.ts";
import { countEntries } from "../named_tensor.ts";
import type { ByteSource } from "../byte_source.ts";
import { gatherEntries } from "../gather_entries.ts";
import { quoteText } from "../quote_text.ts";

/** What the entries of a storage are. */
export interface StorageKind {
  /** Of Python's class, or of the type of numbers. */
  readonly name: string;
  /** `null` for numbers that are not read. */
  readonly format: NumberFormat | null;
  readonly entryBytes: number;
}

/** Entries in a row that tensors are views of. */
export class StorageReference {
  /**
   * @param key Its name in the file.
   * @param count Entries.
   * @param firstEntry Where it begins in the storage `key`; above 0 for the views of old files.
   */
  constructor(
    readonly key: string,
    readonly kind: StorageKind,
    readonly count: number,
    readonly firstEntry: number = 0,
  ) {}

  /** The same bytes as entries of another kind. */
  as(name: string, format: NumberFormat | null): StorageReference {
    const { key, kind, count, firstEntry } = this;
    const entryBytes = format ? ENTRY_BYTES[format] : 1;
    const scale = kind.entryBytes / entryBytes;
    const entries = Math.floor(count * scale);
    return new StorageReference(key, { name, format, entryBytes }, entries, firstEntry * scale);
  }
}

/** A tensor before its values are read. */
export class StoredTensor {
  /**
   * @param offset Entry of the storage where it begins.
   * @param strides Entries between neighbors, for each dimension of `shape`.
   */
  constructor(
    readonly storage: StorageReference,
    readonly offset: number,
    readonly shape: readonly number[],
    readonly strides: readonly number[],
  ) {}
}

/** Where the bytes of a storage are. */
export interface StorageLocation {
  readonly position: number;
  readonly sizeBytes: number;
}

/**
 * Reads the values of a tensor. Reads no more than the tensor spans; a contiguous float32 tensor goes straight to its place.
 *
 * @returns Row-major float32, of its own.
 * @throws {InputError} If it leaves its storage, the storage leaves the file, or strides unfold more than the file holds.
 */
export function readTensorData(
  source: ByteSource,
  name: string,
  tensor: StoredTensor,
  location: StorageLocation,
): Float32Array<ArrayBuffer> {
  const { storage, shape, strides } = tensor;
  const count = countEntries(shape);
  if (count === 0) return new Float32Array(0);
  const { format, entryBytes } = storage.kind;
  if (format === null) {
    return source.fail(`${quoteText(name)} must be of numbers that can be read`, storage.kind.name);
  }
  const span = 1 + shape.reduce((sum, extent, axis) => sum + (extent - 1) * strides[axis]!, 0);
  const first = storage.firstEntry + tensor.offset;
  const storedCount = Math.min(
    storage.firstEntry + storage.count,
    Math.floor(location.sizeBytes / entryBytes),
  );
  if (first + span > storedCount) {
    failTensor(source, name, `it must lie within its ${storedCount} stored entries`, first + span);
  }
  if (count > source.sizeBytes) {
    failTensor(
      source,
      name,
      `its strides must not unfold more entries than the file has bytes`,
      count,
    );
  }
  const position = location.position + first * entryBytes;
  if (!isContiguous(shape, strides)) {
    const bytes = source.copy(position, span * entryBytes);
    const entries = gatherEntries(bytes, entryBytes, shape, strides, count);
    return decodeNumbers(entries, format);
  }
  return decodeNumbers(source.copy(position, count * entryBytes), format);
}

/** Whether entries follow one another in row-major order; dimensions of one entry may have any stride. */
function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return false;
    expected *= shape[axis]!;
  }
  return true;
}

function failTensor(source: ByteSource, name: string, rule: string, value: number): never {
  throw new InputError(
    `${source.path}: Cannot read tensor ${quoteText(name)} as ${rule}: it is ${value}`,
  );
}
