/** Which inputs of a TensorFlow op are lists, read from its `OpDef`. */

import { fieldsOf, textOf } from "./wire_format.ts";

// Numbers of fields in tensorflow/core/framework/op_def.proto.
const INPUT_ARG = 2; // of OpDef
const NUMBER_ATTR = 5; // of ArgDef: the attribute that holds the length of a list of one type
const TYPE_LIST_ATTR = 6; // of ArgDef: the attribute that holds the types of a list

/** One input of an op. */
export interface OpInput {
  /** Name of the attribute that tells the length of a list: its number, or its list of types. `null` for a single tensor. */
  readonly lengthAttribute: string | null;
}

/**
 * Reads the inputs from a serialized `OpDef`.
 *
 * @throws {RangeError} If the bytes are no whole message.
 */
export function parseOpInputs(bytes: Uint8Array): OpInput[] {
  const inputs: OpInput[] = [];
  for (const { number, content } of fieldsOf(bytes, "OpDef")) {
    if (number !== INPUT_ARG || !content) continue;
    const lengths = [...fieldsOf(content, "OpDef.ArgDef")]
      .filter(({ number }) => number === NUMBER_ATTR || number === TYPE_LIST_ATTR)
      .map(textOf);
    inputs.push({ lengthAttribute: lengths[0] ?? null });
  }
  return inputs;
}
