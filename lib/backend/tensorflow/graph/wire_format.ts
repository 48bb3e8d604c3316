/** Protocol buffer's wire format, as far as TensorFlow's small messages need it. */

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

/** One field of a message. */
export interface Field {
  /** Its number in the `.proto` file. */
  readonly number: number;
  /** Of a varint, exact below 2^53; 0 for other kinds. */
  readonly value: number;
  /** Of a length-delimited field: a text, a message or packed numbers; `null` for other kinds. */
  readonly content: Uint8Array | null;
}

/**
 * The fields of a message, in order.
 *
 * @param name Of the message; only used in errors.
 * @throws {RangeError} If the bytes end within a field, or hold a kind that is not in use any more.
 */
export function* fieldsOf(bytes: Uint8Array, name: string): Generator<Field> {
  let offset = 0;
  const need = (count: number) => {
    if (offset + count <= bytes.length) return;
    throw new RangeError(
      `Cannot parse ${name} as it must be whole: it ends at byte ${bytes.length}`,
    );
  };
  const readVarint = (): number => {
    let [value, unit] = [0, 1];
    while (true) {
      need(1);
      const byte = bytes[offset++]!;
      value += (byte & 127) * unit;
      if (byte < 128) return value;
      unit *= 128;
    }
  };
  const skip = (count: number) => {
    need(count);
    offset += count;
  };
  while (offset < bytes.length) {
    const tag = readVarint();
    const [number, wireType] = [Math.floor(tag / 8), tag % 8];
    switch (wireType) {
      case VARINT:
        yield { number, value: readVarint(), content: null };
        break;
      case LENGTH_DELIMITED: {
        const length = readVarint();
        skip(length);
        yield { number, value: 0, content: bytes.subarray(offset - length, offset) };
        break;
      }
      case FIXED64:
      case FIXED32:
        skip(wireType === FIXED64 ? 8 : 4);
        yield { number, value: 0, content: null };
        break;
      default:
        throw new RangeError(
          `Cannot parse ${name} as its wire types must be known: it is ${wireType}`,
        );
    }
  }
}

/** The text of a length-delimited field. */
export function textOf({ content }: Field): string {
  return new TextDecoder().decode(content ?? new Uint8Array());
}
