/** Inputs of an operation that is made: one by one, or in lists, as the definition of its op has them. */

import type { AttributeSetter, OpAttribute } from "../library/attributes.ts";
import type { CSymbols } from "../library/c_symbols.ts";
import type { Context } from "../library/context.ts";
import { takeBuffer } from "../eager/tensor_data.ts";
import { type GraphOutput, packOutputs } from "./graph_output.ts";
import { type OpInput, parseOpInputs } from "./op_definition.ts";

/** The graph that the operation is made in. */
export interface OpenGraph {
  readonly c: CSymbols;
  readonly context: Context;
  readonly graph: Deno.PointerValue;
  readonly attributes: AttributeSetter;
}

/** What an operation is made of. */
export interface OperationParts {
  /** Of its op. */
  readonly name: string;
  readonly attributes: readonly OpAttribute[];
  readonly inputs: readonly GraphOutput[];
}

/** Inputs of ops, by op; the same for every graph. */
const inputsOfOps = new Map<string, readonly OpInput[]>();

/**
 * Adds its inputs to an operation that is not finished.
 *
 * @throws {RangeError} If the op has fewer or more.
 */
export function addInputs(
  open: OpenGraph,
  operation: Deno.PointerValue,
  { name, attributes, inputs }: OperationParts,
): void {
  const { c } = open;
  let used = 0;
  const definitions = readInputs(open, name);
  for (const [i, { lengthAttribute }] of definitions.entries()) {
    if (lengthAttribute === null) {
      c.TF_AddInput(operation, packOutputs(inputs.slice(used, ++used)));
      continue;
    }
    const after = definitions.length - 1 - i;
    const length = lengthOf(attributes, lengthAttribute) ?? inputs.length - used - after;
    c.TF_AddInputList(operation, packOutputs(inputs.slice(used, used + length)), length);
    used += length;
  }
  if (used !== inputs.length) {
    throw new RangeError(
      `Cannot add operation ${name} as it must have ${used} inputs: it has ${inputs.length}`,
    );
  }
}

function readInputs(
  { c, context: { status }, graph, attributes }: OpenGraph,
  name: string,
): readonly OpInput[] {
  const known = inputsOfOps.get(name);
  if (known) return known;
  const buffer = c.TF_NewBuffer();
  c.TF_GraphGetOpDef(graph, attributes.encode(name), buffer, status.pointer);
  status.check(`find op ${name}`);
  const inputs = parseOpInputs(takeBuffer(c, buffer));
  inputsOfOps.set(name, inputs);
  return inputs;
}

/** The length of a list input where an attribute of the op tells it; null where it follows from the other inputs. */
function lengthOf(attributes: readonly OpAttribute[], name: string): number | null {
  const value = attributes.find((attribute) => attribute.name === name)?.value;
  if (typeof value === "number") return value;
  return typeof value === "object" && value !== null ? (value as ArrayLike<unknown>).length : null;
}
