/** Messages of protocol buffers, as far as events need them: fields are written in the order given. */

const [VARINT, FIXED64, LENGTH_DELIMITED, FIXED32] = [0, 1, 2, 5];

/** One field, encoded. */
export type EncodedField = Uint8Array<ArrayBuffer>;

/** A whole number that is not negative, below 2^53: int32, int64 and enumerations. */
export function integerField(number: number, value: number): EncodedField {
  return joinBytes([tag(number, VARINT), varint(value)]);
}

/** A float64. */
export function doubleField(number: number, value: number): EncodedField {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value, true);
  return joinBytes([tag(number, FIXED64), bytes]);
}

/** A float32. */
export function floatField(number: number, value: number): EncodedField {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return joinBytes([tag(number, FIXED32), bytes]);
}

/** A text as UTF-8, or bytes. */
export function bytesField(number: number, value: string | Uint8Array): EncodedField {
  const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
  return joinBytes([tag(number, LENGTH_DELIMITED), varint(bytes.length), bytes]);
}

/** A message within a message. */
export function messageField(number: number, fields: readonly EncodedField[]): EncodedField {
  return bytesField(number, joinBytes(fields));
}

/** A message is its fields, one after the other. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

function tag(number: number, wireType: number): Uint8Array {
  return varint(number * 8 + wireType);
}

/** Seven bits a byte, the lowest first. */
function varint(value: number): Uint8Array {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new RangeError(
      `Cannot write message as its integers must be whole numbers from 0 to 2^53 - 1: it is ${value}`,
    );
  }
  const bytes: number[] = [];
  while (value >= 128) {
    bytes.push(value % 128 + 128);
    value = Math.floor(value / 128);
  }
  return Uint8Array.from([...bytes, value]);
}
