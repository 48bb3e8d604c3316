/** An op of TensorFlow's eager API, ready to be executed. */

import type { AttributeSetter, OpAttribute } from "../library/attributes.ts";
import type { CSymbols } from "../library/c_symbols.ts";
import type { Context } from "../library/context.ts";
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
