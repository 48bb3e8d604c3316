/**
 * The memory of our WebAssembly module that ranks by counting, with SIMD.
 *
 * Its source is `kernels/*.ts`, in AssemblyScript (TypeScript's syntax). After a change, build with `deno task kernels` and commit
 * `ranking.wasm` and its record too.
 */

import { memory } from "./ranking.wasm";

/** An address in the module's memory, in bytes. */
export type Address = number;

const PAGE_BYTES = 2 ** 16;
/** Pieces begin at multiples of it: a cache line. */
const ALIGNMENT_BYTES = 64;

let end: Address = ALIGNMENT_BYTES; // 0 is no address
let lastUse: Promise<unknown> = Promise.resolve();

/** Lets one evaluation after the other use the memory, from its beginning. */
export function useMemory<T>(use: () => Promise<T>): Promise<T> {
  const result = lastUse.then(() => {
    end = ALIGNMENT_BYTES;
    return use();
  });
  lastUse = result.catch(() => {});
  return result;
}

/** The address of a new piece; views of the memory that were there before are no longer valid. */
export function reserve(byteCount: number): Address {
  const address = end;
  const next = Math.ceil((address + byteCount) / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
  const missing = next - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
  end = next;
  return address;
}

/** Frees every piece from an address on. */
export function releaseFrom(address: Address): void {
  end = address;
}

/** A view of float32 numbers; valid until the next {@linkcode reserve}. */
export function viewFloats(address: Address, count: number): Float32Array<ArrayBuffer> {
  return new Float32Array(memory.buffer as ArrayBuffer, address, count);
}

/** A view of int32 numbers; valid until the next {@linkcode reserve}. */
export function viewInts(address: Address, count: number): Int32Array<ArrayBuffer> {
  return new Int32Array(memory.buffer as ArrayBuffer, address, count);
}

/** The address of a copy. */
export function put(values: Int32Array): Address {
  const address = reserve(values.byteLength);
  viewInts(address, values.length).set(values);
  return address;
}
