/** Values of tensors on their way into TensorFlow's memory and out of it: one copy each way. */

import type { CSymbols } from "../library/c_symbols.ts";
import { DATA_TYPES } from "../library/codes.ts";
import type { TensorKind } from "./tensor_metadata.ts";

/** Values as tfjs holds them: numbers, or the bytes of each text. */
export type TensorValues = Float32Array | Int32Array | Uint8Array | readonly Uint8Array[];

/** Values as they are read; int64 comes as tfjs-node gives it. */
export type ReadValues = Float32Array | Int32Array | Uint8Array | BigInt64Array | Uint8Array[];

/** Bytes of a `TF_TString`. */
const STRING_SIZE_BYTES = 24;

interface Layout {
  readonly array: typeof Float32Array | typeof Int32Array | typeof Uint8Array;
  /** Entries of the array per value: an int64 comes as two int32, low half first. */
  readonly width: number;
}

const LAYOUTS = new Map<number, Layout>([
  [DATA_TYPES.TF_FLOAT, { array: Float32Array, width: 1 }],
  [DATA_TYPES.TF_COMPLEX64, { array: Float32Array, width: 2 }],
  [DATA_TYPES.TF_INT32, { array: Int32Array, width: 1 }],
  [DATA_TYPES.TF_INT64, { array: Int32Array, width: 2 }],
  [DATA_TYPES.TF_BOOL, { array: Uint8Array, width: 1 }],
  [DATA_TYPES.TF_UINT8, { array: Uint8Array, width: 1 }],
]);

/**
 * Checks that an array can become a tensor.
 *
 * @throws {TypeError} If the kind of array is not that of the type.
 * @throws {RangeError} If its length is not that of the shape.
 */
export function checkValues(shape: readonly number[], type: number, values: TensorValues): void {
  const { array, width } = type === DATA_TYPES.TF_STRING
    ? { array: Array, width: 1 }
    : LAYOUTS.get(type) ?? unknownType(type);
  if (!(values instanceof array)) {
    throw new TypeError(
      `Cannot create tensor as values of type ${type} must be in a ${array.name}: they are in a ${values.constructor.name}`,
    );
  }
  const count = shape.reduce((product, size) => product * size, width);
  if (values.length !== count) {
    throw new RangeError(
      `Cannot create tensor as shape [${shape}] must have ${count} entries: there are ${values.length}`,
    );
  }
}

/** Allocates a tensor of numbers and copies the values into it. The caller deletes it. */
export function allocateNumbers(
  c: CSymbols,
  dims: Int32Array<ArrayBuffer>,
  rank: number,
  type: number,
  values: Float32Array | Int32Array | Uint8Array,
): Deno.PointerValue {
  const { byteLength } = values;
  const tensor = c.TF_AllocateTensor(type, dims, rank, BigInt(byteLength));
  if (byteLength === 0) return tensor;
  const memory = Deno.UnsafePointerView.getArrayBuffer(c.TF_TensorData(tensor)!, byteLength);
  new Uint8Array(memory).set(new Uint8Array(values.buffer, values.byteOffset, byteLength));
  return tensor;
}

/** Allocates a tensor of texts and copies their bytes. The caller frees the texts with {@linkcode freeStrings}, then it. */
export function allocateStrings(
  c: CSymbols,
  dims: Int32Array<ArrayBuffer>,
  rank: number,
  values: readonly Uint8Array[],
): Deno.PointerValue {
  const size = values.length * STRING_SIZE_BYTES;
  const tensor = c.TF_AllocateTensor(DATA_TYPES.TF_STRING, dims, rank, BigInt(size));
  forEachString(c, tensor, values.length, (string, i) => {
    c.TF_StringInit(string);
    const bytes = values[i] as Uint8Array<ArrayBuffer>;
    c.TF_StringCopy(string, bytes, BigInt(bytes.length));
  });
  return tensor;
}

/** Frees the texts of a tensor from {@linkcode allocateStrings}. */
export function freeStrings(c: CSymbols, tensor: Deno.PointerValue, count: number): void {
  forEachString(c, tensor, count, (string) => c.TF_StringDealloc(string));
}

/**
 * Copies the values out of a tensor, in the form that tfjs-node gives them.
 *
 * @param count Number of values; only used for texts.
 * @throws {TypeError} If tfjs has no such type.
 */
function readValues(
  c: CSymbols,
  tensor: Deno.PointerValue,
  type: number,
  count: number,
): ReadValues {
  if (type === DATA_TYPES.TF_STRING) return readStrings(c, tensor, count);
  const bytes = copyMemory(c.TF_TensorData(tensor), Number(c.TF_TensorByteSize(tensor)));
  switch (type) {
    case DATA_TYPES.TF_FLOAT:
    case DATA_TYPES.TF_COMPLEX64:
      return new Float32Array(bytes);
    case DATA_TYPES.TF_INT32:
      return new Int32Array(bytes);
    case DATA_TYPES.TF_INT64:
      return new BigInt64Array(bytes);
    case DATA_TYPES.TF_UINT8: // an int32 tensor to tfjs
      return Int32Array.from(new Uint8Array(bytes));
    case DATA_TYPES.TF_BOOL:
    case DATA_TYPES.TF_RESOURCE:
      return new Uint8Array(bytes);
    default:
      return unknownType(type);
  }
}

function readStrings(c: CSymbols, tensor: Deno.PointerValue, count: number): Uint8Array[] {
  const texts: Uint8Array[] = [];
  forEachString(c, tensor, count, (string) => {
    const size = Number(c.TF_StringGetSize(string));
    texts.push(new Uint8Array(copyMemory(c.TF_StringGetDataPointer(string), size)));
  });
  return texts;
}

/** Copies the bytes out of a `TF_Buffer` and frees it. */
export function takeBuffer(c: CSymbols, buffer: Deno.PointerValue): Uint8Array<ArrayBuffer> {
  const view = new Deno.UnsafePointerView(buffer!);
  const bytes = copyMemory(view.getPointer(0), Number(view.getBigUint64(8))); // data, length
  c.TF_DeleteBuffer(buffer);
  return new Uint8Array(bytes);
}

function copyMemory(pointer: Deno.PointerValue, size: number): ArrayBuffer {
  if (size === 0 || pointer === null) return new ArrayBuffer(0);
  return Deno.UnsafePointerView.getArrayBuffer(pointer, size).slice(0);
}

function forEachString(
  c: CSymbols,
  tensor: Deno.PointerValue,
  count: number,
  visit: (string: Deno.PointerValue, index: number) => void,
): void {
  const start = c.TF_TensorData(tensor);
  for (let i = 0; i < count; i++) {
    visit(Deno.UnsafePointer.offset(start!, i * STRING_SIZE_BYTES), i);
  }
}

function unknownType(type: number): never {
  const names = Object.entries(DATA_TYPES).map(([name, code]) => `${name} (${code})`).join(", ");
  throw new TypeError(`Cannot hold tensor as its type must be one of ${names}: it is ${type}`);
}

/** Copies the values out of a `TF_Tensor`, and deletes it. */
export function takeValues(
  c: CSymbols,
  { dtype, shape }: TensorKind,
  tensor: Deno.PointerValue,
): ReadValues {
  try {
    return readValues(c, tensor, dtype, shape.reduce((count, size) => count * size, 1));
  } finally {
    c.TF_DeleteTensor(tensor);
  }
}
