/**
 * NumPy's array files. Source: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html, versions 1-3.
 */

import { InputError } from "../errors.ts";

/** An array of numbers. */
export interface NumberArray {
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: Float32Array | Float64Array | Int32Array | Int8Array | Uint8Array;
}

interface NpyHeader {
  readonly descr: string;
  readonly isFortran: boolean;
  readonly shape: readonly number[];
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]; // "\x93NUMPY"
const ALIGNMENT_BYTES = 64;

/** Bytes of an entry, and how entries are read, by NumPy's name. */
const READERS: Readonly<
  Record<string, readonly [number, (bytes: ArrayBuffer) => NumberArray["data"] | BigInt64Array]>
> = {
  "<f4": [4, (bytes) => new Float32Array(bytes)],
  "<f8": [8, (bytes) => new Float64Array(bytes)],
  "<i4": [4, (bytes) => new Int32Array(bytes)],
  "<i8": [8, (bytes) => new BigInt64Array(bytes)],
  "|i1": [1, (bytes) => new Int8Array(bytes)],
  "|u1": [1, (bytes) => new Uint8Array(bytes)],
};

/**
 * Formats a float32 array as the bytes of an `.npy` file of version 1.
 *
 * @throws {RangeError} If the shape disagrees with the data.
 */
export function formatNpy(
  data: Float32Array,
  shape: readonly number[],
): Uint8Array<ArrayBuffer> {
  const count = shape.reduce((product, extent) => product * extent, 1);
  if (count !== data.length) {
    throw new RangeError(
      `Cannot format array as shape [${shape}] must hold ${data.length} values: it holds ${count}`,
    );
  }
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': ${tuple}, }`;
  const prefixBytes = MAGIC.length + 4;
  const headEnd = Math.ceil((prefixBytes + header.length + 1) / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
  const bytes = new Uint8Array(headEnd + data.byteLength);
  bytes.set([...MAGIC, 1, 0]);
  new DataView(bytes.buffer).setUint16(MAGIC.length + 2, headEnd - prefixBytes, true);
  const padded = header.padEnd(headEnd - prefixBytes - 1) + "\n";
  bytes.set(new TextEncoder().encode(padded), prefixBytes);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), headEnd);
  return bytes;
}

/**
 * Parses an `.npy` file of versions 1-3: little-endian floats and integers, in either order.
 *
 * @param path Where it came from; only used in errors.
 * @returns Row-major; 64-bit integers as float64.
 * @throws {InputError} If it is no such file, truncated, or holds integers that float64 cannot.
 */
export function parseNpy(bytes: Uint8Array, path: string): NumberArray {
  const { header, dataOffset } = readHeader(bytes, path);
  const { descr, isFortran, shape } = header;
  const reader = READERS[descr];
  if (!reader) {
    return fail(path, `its type must be one of ${Object.keys(READERS).join(", ")}`, descr);
  }
  const [entryBytes, read] = reader;
  const count = shape.reduce((product, extent) => product * extent, 1);
  const dataBytes = bytes.length - dataOffset;
  if (dataBytes !== count * entryBytes) {
    fail(path, `shape (${shape}) must take ${count * entryBytes} bytes`, `${dataBytes}`);
  }
  const entries = read(bytes.slice(dataOffset).buffer as ArrayBuffer);
  const data = entries instanceof BigInt64Array ? convertWide(entries, path) : entries;
  return { shape, data: isFortran ? reverseAxes(data, shape) : data };
}

function readHeader(
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
  const shape = text.match(/'shape':\s*\(([\d,\s]*)\)/)?.[1];
  if (descr === undefined || order === undefined || shape === undefined) {
    return fail(path, "its header must name a type, an order and a shape", text);
  }
  const extents = shape.split(",").map((part) => part.trim()).filter((part) => part !== "");
  return { descr, isFortran: order === "True", shape: extents.map(Number) };
}

function convertWide(values: BigInt64Array, path: string): Float64Array<ArrayBuffer> {
  const data = Float64Array.from(values, Number);
  const wide = data.findIndex((value) => !Number.isSafeInteger(value));
  if (wide >= 0) fail(path, "its integers must be below 2^53", `${values[wide]}`);
  return data;
}

/** From first-axis-fastest to row-major. */
function reverseAxes(data: NumberArray["data"], shape: readonly number[]): NumberArray["data"] {
  const result = data.slice();
  const index = new Array<number>(shape.length).fill(0);
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((a, b) => a * b, 1));
  for (let to = 0; to < data.length; to++) {
    result[to] = data[index.reduce((sum, position, axis) => sum + position * strides[axis]!, 0)]!;
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis]! === shape[axis]; axis--) {
      index[axis] = 0;
    }
  }
  return result;
}

function fail(path: string, rule: string, value: string): never {
  throw new InputError(`${path}: Cannot read array as ${rule}: it is ${value}`);
}
