/** An op of TensorFlow's eager API, ready to be executed, and executed aside. */

import type { AttributeSetter, OpAttribute } from "../library/attributes.ts";
import type { CSymbols } from "../library/c_symbols.ts";
import type { Context } from "../library/context.ts";
import { Status } from "../library/status.ts";
import type { TensorTable } from "./tensor_table.ts";

/** What an op is made with. */
export interface OpParts {
  readonly c: CSymbols;
  readonly context: Context;
  readonly attributes: AttributeSetter;
  readonly table: TensorTable;
}

/**
 * Makes an op with attributes and inputs; the caller deletes it.
 *
 * @throws {InputError} If TensorFlow refuses the op, an input or an attribute.
 */
export function prepareOp(
  { c, context: { pointer, status }, attributes: setter, table }: OpParts,
  name: string,
  attributes: readonly OpAttribute[],
  inputIds: readonly number[],
): Deno.PointerValue {
  const op = c.TFE_NewOp(pointer, setter.encode(name), status.pointer);
  if (status.hasFailed()) status.check(`run TensorFlow op ${name}`);
  try {
    for (let i = 0; i < inputIds.length; i++) {
      c.TFE_OpAddInput(op, table.get(inputIds[i]!), status.pointer);
      if (status.hasFailed()) status.check(`run TensorFlow op ${name}`);
    }
    for (let i = 0; i < attributes.length; i++) setter.set(op, attributes[i]!);
  } catch (error) {
    c.TFE_DeleteOp(op);
    throw error;
  }
  return op;
}

/**
 * Runs an op on a thread of Deno's, and deletes it.
 *
 * @returns Handles of its outputs; the caller takes them over.
 * @throws {Error} With the op's name and TensorFlow's message, if it fails.
 */
export async function runOpAside(
  c: CSymbols,
  op: Deno.PointerValue,
  name: string,
  outputCount: number,
): Promise<BigUint64Array> {
  const status = new Status(c);
  const outputs = new BigUint64Array(outputCount);
  const count = Int32Array.of(outputCount);
  try {
    await c.TFE_ExecuteAside(op, outputs, count, status.pointer);
    status.check(`run TensorFlow op ${name}`);
    return outputs.subarray(0, count[0]!);
  } finally {
    status.dispose();
    c.TFE_DeleteOp(op);
  }
}
