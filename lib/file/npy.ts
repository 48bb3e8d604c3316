/**
 * NumPy's array files. Source: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html, versions 1-3.
 */

import { InputError } from "../errors.ts";
import { gatherEntries } from "./gather_entries.ts";
import { countEntries } from "./named_tensor.ts";
import { ENTRY_BYTES, type NumberFormat } from "./number_format.ts";
import { quoteText } from "./quote_text.ts";
import type { StoredArray } from "./stored_array.ts";

/** What the header says. */
export interface NpyHeader {
  readonly descr: string;
  readonly isFortran: boolean;
  readonly shape: readonly number[];
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]; // "\x93NUMPY"
const ALIGNMENT_BYTES = 64;

/** NumPy's names of formats, without the order of their bytes. */
const FORMATS: Readonly<Record<string, NumberFormat>> = {
  f2: "F16",
  f4: "F32",
  f8: "F64",
  i1: "I8",
  i2: "I16",
  i4: "I32",
  i8: "I64",
  u1: "U8",
  u2: "U16",
  u4: "U32",
  u8: "U64",
  b1: "BOOL",
};
/** Widest text that is read, in characters. */
const WIDEST_TEXT = 2 ** 14;

/**
 * Formats a float32 array as the bytes of an `.npy` file of version 1.
 *
 * @throws {RangeError} If the shape disagrees with the data.
 */
export function formatNpy(
  data: Float32Array,
  shape: readonly number[],
): Uint8Array<ArrayBuffer> {
  const count = countEntries(shape);
  if (count !== data.length) {
    throw new RangeError(
      `Cannot format array as shape [${shape}] must hold ${data.length} values: it holds ${count}`,
    );
  }
  const header = formatNpyHeader(shape);
  const bytes = new Uint8Array(header.length + data.byteLength);
  bytes.set(header);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), header.length);
  return bytes;
}

/** What comes before the values of a float32 array, whose rows can so be written a few at a time. */
export function formatNpyHeader(shape: readonly number[]): Uint8Array<ArrayBuffer> {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': ${tuple}, }`;
  const prefixBytes = MAGIC.length + 4;
  const headEnd = Math.ceil((prefixBytes + header.length + 1) / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
  const bytes = new Uint8Array(headEnd);
  bytes.set([...MAGIC, 1, 0]);
  new DataView(bytes.buffer).setUint16(MAGIC.length + 2, headEnd - prefixBytes, true);
  const padded = header.padEnd(headEnd - prefixBytes - 1) + "\n";
  bytes.set(new TextEncoder().encode(padded), prefixBytes);
  return bytes;
}

/**
 * Parses an `.npy` file of versions 1-3: numbers of any width and text of a fixed width, in either order of bytes and axes.
 *
 * @param path Where it came from; only used in errors.
 * @throws {InputError} If it is no such file, truncated, or holds anything else, such as Python's objects.
 */
export function parseNpy(bytes: Uint8Array<ArrayBuffer>, path: string): StoredArray {
  const { header, dataOffset } = readNpyHeader(bytes, path);
  const { descr, isFortran, shape } = header;
  const { format, entryBytes, unitBytes, isBigEndian } = parseFormat(descr, path);
  const count = countEntries(shape);
  const dataBytes = bytes.length - dataOffset;
  if (dataBytes !== count * entryBytes) {
    fail(path, `shape (${shape}) must take ${count * entryBytes} bytes`, `${dataBytes}`);
  }
  let data = bytes.subarray(dataOffset);
  if (isFortran && count > 0) {
    const strides = shape.map((_, axis) => countEntries(shape.slice(0, axis)));
    data = gatherEntries(data, entryBytes, shape, strides, count);
  }
  if (isBigEndian) data = reverseUnits(data, unitBytes);
  return { path, shape, format, entryBytes, bytes: data };
}

interface NpyFormat {
  readonly format: StoredArray["format"];
  readonly entryBytes: number;
  /** Bytes that are in one order; text has several units an entry. */
  readonly unitBytes: number;
  readonly isBigEndian: boolean;
}

function parseFormat(descr: string, path: string): NpyFormat {
  const [, order, kind, digits] = /^([<>|=])([a-zA-Z])(\d{0,6})$/.exec(descr) ?? [];
  const isBigEndian = order === ">";
  const width = Number(digits);
  const isText = (kind === "U" || kind === "S") && width >= 1 && width <= WIDEST_TEXT;
  if (isText && kind === "U") {
    return { format: "UTF32", entryBytes: 4 * width, unitBytes: 4, isBigEndian };
  }
  if (isText) return { format: "UTF8", entryBytes: width, unitBytes: 1, isBigEndian: false };
  const name = `${kind}${digits}`;
  const format = Object.hasOwn(FORMATS, name) ? FORMATS[name]! : null;
  if (format) {
    return { format, entryBytes: ENTRY_BYTES[format], unitBytes: ENTRY_BYTES[format], isBigEndian };
  }
  const objects = kind === "O" ? ", objects of Python; save numbers, or text as dtype=str" : "";
  return fail(
    path,
    `its type must be numbers (${Object.keys(FORMATS).join(", ")}) or text (U, S)`,
    quoteText(descr) + objects,
  );
}

function reverseUnits(bytes: Uint8Array<ArrayBuffer>, unitBytes: number): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(bytes.length);
  for (let at = 0; at < result.length; at += unitBytes) {
    for (let i = 0; i < unitBytes; i++) result[at + i] = bytes[at + unitBytes - 1 - i]!;
  }
  return result;
}

/** Reads the header of an `.npy` file; @throws {InputError} if it is none, or not whole. */
export function readNpyHeader(
  bytes: Uint8Array,
  path: string,
): { readonly header: NpyHeader; readonly dataOffset: number } {
  const [major = 0] = bytes.subarray(MAGIC.length);
  const isNpy = MAGIC.every((byte, i) => bytes[i] === byte) && major >= 1 && major <= 3;
  const lengthBytes = major === 1 ? 2 : 4;
  const textStart = MAGIC.length + 2 + lengthBytes;
  if (!isNpy || bytes.length < textStart) {
    fail(path, "it must be an .npy file of version 1, 2 or 3", "none");
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const at = MAGIC.length + 2;
  const textBytes = lengthBytes === 2 ? view.getUint16(at, true) : view.getUint32(at, true);
  const dataOffset = textStart + textBytes;
  if (dataOffset > bytes.length) fail(path, "its header must be whole", "truncated");
  const text = new TextDecoder().decode(bytes.subarray(textStart, dataOffset)).trim();
  return { header: parseHeader(text, path), dataOffset };
}

/** @param text A literal of Python, such as `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`. */
function parseHeader(text: string, path: string): NpyHeader {
  const descr = text.match(/'descr':\s*'([^']*)'/)?.[1];
  const order = text.match(/'fortran_order':\s*(True|False)/)?.[1];
  const shape = text.match(/'shape':\s*\(([\dL,\s]*)\)/)?.[1]; // 3L of Python 2
  if (descr === undefined || order === undefined || shape === undefined) {
    return fail(path, "its header must name one type, an order and a shape", quoteText(text));
  }
  const extents = shape.split(",").map((part) => part.trim().replace(/L$/, ""))
    .filter((part) => part !== "");
  return { descr, isFortran: order === "True", shape: extents.map(Number) };
}

function fail(path: string, rule: string, value: string): never {
  throw new InputError(`${path}: Cannot read array as ${rule}: it is ${value}`);
}
