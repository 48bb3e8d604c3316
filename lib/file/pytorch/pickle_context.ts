/** What the pickles of one file share: the bounds of time and memory, and what they named. */

import type { ByteSource } from "../byte_source.ts";
import type { PickleValue } from "./pickle_value.ts";
import type { StorageReference } from "./stored_tensor.ts";

/** Values that the pickles of a file may build; a training checkpoint of a large network has some ten thousand. */
const LARGEST_VALUE_COUNT = 2 ** 22;
/** A dict or a set takes the memory of so many other values. */
const VALUES_PER_TABLE = 8;
/** Copying by calls may go over so many times the bytes of the file, */
const COPIES_PER_BYTE = 16;
/** and over so much in any case. */
const FREE_COPIES = 2 ** 20;

/** One budget a file. */
export class PickleContext {
  /** Classes that nobody here knows, in the order of the file. */
  readonly unknownNames = new Set<string>();
  /** Storages that tensors refer to, by their name in the file. */
  readonly storages = new Map<string, StorageReference>();
  readonly #source: ByteSource;
  #valueCount = 0;
  #copyCount = 0;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /** @throws {InputError} If the file builds too much. */
  countValue(value: PickleValue): void {
    this.#valueCount += value instanceof Map || value instanceof Set ? VALUES_PER_TABLE : 1;
    if (this.#valueCount <= LARGEST_VALUE_COUNT) return;
    this.#source.fail(`its pickles must build at most ${LARGEST_VALUE_COUNT} values`, "more");
  }

  /**
   * Counts what a call may copy: the contents of its arguments.
   *
   * @throws {InputError} If calls copy the same contents over and over.
   */
  countCopies(args: readonly PickleValue[]): void {
    for (const value of args) this.#copyCount += 1 + sizeOf(value);
    const limit = FREE_COPIES + COPIES_PER_BYTE * this.#source.sizeBytes;
    if (this.#copyCount <= limit) return;
    this.#source.fail(`calls in its pickles must copy at most ${limit} entries`, "more");
  }
}

function sizeOf(value: PickleValue): number {
  if (typeof value === "string" || value instanceof Uint8Array || Array.isArray(value)) {
    return value.length;
  }
  return value instanceof Map || value instanceof Set ? VALUES_PER_TABLE * value.size : 0;
}
