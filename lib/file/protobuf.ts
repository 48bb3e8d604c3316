/** Protocol buffers' wire format, written: messages as lists of byte parts, so that large fields are not copied. */

const VARINT = 0;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

/** A message being written; fields come out in the order in which they are added. */
export class MessageWriter {
  readonly #parts: Uint8Array[] = [];
  #sizeBytes = 0;

  /** Adds an integer, negative ones in ten bytes as the format has them. */
  int(number: number, value: number | bigint): this {
    return this.#add(varint(number * 8 + VARINT), varint(value));
  }

  /** Adds a float32. */
  float(number: number, value: number): this {
    return this.#add(varint(number * 8 + FIXED32), littleEndianFloat(value));
  }

  /** Adds a text. */
  text(number: number, value: string): this {
    return this.bytes(number, new TextEncoder().encode(value));
  }

  /** Adds bytes; they are kept, not copied. */
  bytes(number: number, value: Uint8Array): this {
    return this.#add(varint(number * 8 + LENGTH_DELIMITED), varint(value.length), value);
  }

  /** Adds a message. */
  message(number: number, value: MessageWriter): this {
    return this.#add(
      varint(number * 8 + LENGTH_DELIMITED),
      varint(value.#sizeBytes),
      ...value.#parts,
    );
  }

  /** The message in one piece. */
  toBytes(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.#sizeBytes);
    let offset = 0;
    for (const part of this.#parts) {
      bytes.set(part, offset);
      offset += part.length;
    }
    return bytes;
  }

  #add(...parts: readonly Uint8Array[]): this {
    for (const part of parts) {
      this.#parts.push(part);
      this.#sizeBytes += part.length;
    }
    return this;
  }
}

function varint(value: number | bigint): Uint8Array {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  while (rest >= 128n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  return Uint8Array.from([...bytes, Number(rest)]);
}

function littleEndianFloat(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return bytes;
}
