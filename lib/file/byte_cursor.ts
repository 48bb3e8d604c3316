/** Reads a part of a file from its beginning to its end, a few bytes at a time. */

import type { ByteSource } from "./byte_source.ts";

/** Bytes read from the file at a time. */
const WINDOW_BYTES = 2 ** 16;
const NEWLINE = 0x0a;

/** A position in a file, and what comes next there. */
export class ByteCursor {
  readonly source: ByteSource;
  readonly #end: number;
  #window: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  /** Position in the file of the window's first byte. */
  #start: number;
  #offset = 0;

  /**
   * @param start Position of the first byte.
   * @param end Position after the last one.
   */
  constructor(source: ByteSource, start = 0, end = source.sizeBytes) {
    this.source = source;
    this.#start = start;
    this.#end = end;
  }

  /** Position in the file of the next byte. */
  get position(): number {
    return this.#start + this.#offset;
  }

  /**
   * The next bytes; valid until the next call.
   *
   * @throws {InputError} If there are fewer.
   */
  take(count: number): Uint8Array<ArrayBuffer> {
    if (this.#offset + count > this.#window.length) this.#refill(count);
    const bytes = this.#window.subarray(this.#offset, this.#offset + count);
    this.#offset += count;
    return bytes;
  }

  /** The next bytes as numbers. */
  view(count: number): DataView {
    const bytes = this.take(count);
    return new DataView(bytes.buffer, bytes.byteOffset, count);
  }

  /** The next byte. */
  byte(): number {
    return this.take(1)[0]!;
  }

  /** The next bytes as UTF-8. */
  text(count: number): string {
    return new TextDecoder().decode(this.take(count));
  }

  /** The bytes up to the next newline, as text; the newline is read too. */
  line(): string {
    const bytes: number[] = [];
    for (let next = this.byte(); next !== NEWLINE; next = this.byte()) bytes.push(next);
    return new TextDecoder().decode(Uint8Array.from(bytes));
  }

  #refill(count: number): void {
    const position = this.position;
    const available = this.#end - position;
    if (count > available) this.source.failTruncated(position + count, this.#end);
    this.#window = this.source.copy(position, Math.min(available, Math.max(count, WINDOW_BYTES)));
    [this.#start, this.#offset] = [position, 0];
  }
}
