/** Outputs of a graph's operations, and their form in C. */

/** One output of an operation. */
export interface GraphOutput {
  readonly operation: Deno.PointerValue;
  readonly index: number;
  /** One of `DATA_TYPES`. */
  readonly dtype: number;
  /** `null` where it cannot be told without running. */
  readonly shape: readonly number[] | null;
}

/** Bytes of a `TF_Output`: a pointer, an int, and what aligns the next. */
const OUTPUT_SIZE_BYTES = 16;

/** An array of `TF_Output`. */
export function packOutputs(
  outputs: readonly Pick<GraphOutput, "operation" | "index">[],
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(outputs.length * OUTPUT_SIZE_BYTES);
  const view = new DataView(bytes.buffer);
  outputs.forEach(({ operation, index }, i) => {
    const address = BigInt(Deno.UnsafePointer.value(operation));
    view.setBigUint64(i * OUTPUT_SIZE_BYTES, address, true);
    view.setInt32(i * OUTPUT_SIZE_BYTES + 8, index, true);
  });
  return bytes;
}

/** An array of pointers. */
export function packPointers(pointers: readonly Deno.PointerValue[]): BigUint64Array<ArrayBuffer> {
  return BigUint64Array.from(pointers, (pointer) => BigInt(Deno.UnsafePointer.value(pointer)));
}
