/** Number formats of files, decoded to float32 or to texts. */

/** Bytes of one entry, by safetensors' name of the format. */
export const ENTRY_BYTES = {
  F32: 4,
  F16: 2,
  BF16: 2,
  F64: 8,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U64: 8,
  U32: 4,
  U16: 2,
  U8: 1,
  BOOL: 1,
} as const;

/** One of the formats that can be read. */
export type NumberFormat = keyof typeof ENTRY_BYTES;

/** Whether a name is one of the formats that can be read. */
export function isNumberFormat(name: string): name is NumberFormat {
  return Object.hasOwn(ENTRY_BYTES, name);
}

/**
 * Decodes little-endian numbers to float32; F64 and the wide integers round.
 *
 * @param bytes A whole number of entries.
 * @returns F32 at a multiple of four bytes is a view of `bytes`; anything else is a copy.
 */
export function decodeNumbers(
  bytes: Uint8Array<ArrayBuffer>,
  format: NumberFormat,
): Float32Array<ArrayBuffer> {
  const count = bytes.length / ENTRY_BYTES[format];
  if (format === "F32") {
    const isAligned = bytes.byteOffset % ENTRY_BYTES.F32 === 0;
    const source = isAligned ? bytes : bytes.slice();
    return new Float32Array(source.buffer, source.byteOffset, count);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read = READERS[format];
  return new Float32Array(count).map((_, i) => read(view, i * ENTRY_BYTES[format]));
}

/** Formats of whole numbers. */
const INTEGER_FORMATS: ReadonlySet<NumberFormat> = new Set(
  ["I64", "I32", "I16", "I8", "U64", "U32", "U16", "U8", "BOOL"],
);

/** Largest whole number that a format of fractions holds with all below it. */
const LARGEST_WHOLE = { F64: 2 ** 53 - 1, F32: 2 ** 24, F16: 2 ** 11, BF16: 2 ** 8 } as const;

/**
 * Formats little-endian whole numbers as texts, whatever their width: integers exactly, fractions where they are whole.
 *
 * @param bytes A whole number of entries.
 * @returns The texts; or the entry and the value that is no whole number, or too large to tell from its neighbors.
 */
export function formatWholeNumbers(
  bytes: Uint8Array<ArrayBuffer>,
  format: NumberFormat,
): string[] | { readonly entry: number; readonly value: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [width, count] = [ENTRY_BYTES[format], bytes.length / ENTRY_BYTES[format]];
  const texts = new Array<string>(count);
  for (let i = 0; i < count; i++) {
    if (INTEGER_FORMATS.has(format)) {
      texts[i] = String(readInteger(view, i * width, format));
      continue;
    }
    const value = readNumber(view, i * width, format);
    const largest = LARGEST_WHOLE[format as keyof typeof LARGEST_WHOLE];
    if (!Number.isInteger(value) || Math.abs(value) > largest) return { entry: i, value };
    texts[i] = String(value);
  }
  return texts;
}

function readInteger(view: DataView, offset: number, format: NumberFormat): number | bigint {
  if (format === "I64") return view.getBigInt64(offset, true);
  if (format === "U64") return view.getBigUint64(offset, true);
  return readNumber(view, offset, format);
}

function readNumber(view: DataView, offset: number, format: NumberFormat): number {
  return format === "F32" ? view.getFloat32(offset, true) : READERS[format](view, offset);
}

type Reader = (view: DataView, offset: number) => number;

const READERS: Readonly<Record<Exclude<NumberFormat, "F32">, Reader>> = {
  F16: (view, offset) => decodeFloat16(view.getUint16(offset, true)),
  BF16: (view, offset) => decodeBfloat16(view.getUint16(offset, true)),
  F64: (view, offset) => view.getFloat64(offset, true),
  I64: (view, offset) => Number(view.getBigInt64(offset, true)),
  I32: (view, offset) => view.getInt32(offset, true),
  I16: (view, offset) => view.getInt16(offset, true),
  I8: (view, offset) => view.getInt8(offset),
  U64: (view, offset) => Number(view.getBigUint64(offset, true)),
  U32: (view, offset) => view.getUint32(offset, true),
  U16: (view, offset) => view.getUint16(offset, true),
  U8: (view, offset) => view.getUint8(offset),
  BOOL: (view, offset) => view.getUint8(offset),
};

/** IEEE 754 half precision: 1 sign bit, 5 exponent bits (bias 15), 10 fraction bits. */
function decodeFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const WORD = new DataView(new ArrayBuffer(4));

/** The upper half of a float32. */
function decodeBfloat16(bits: number): number {
  WORD.setUint32(0, bits << 16);
  return WORD.getFloat32(0);
}
