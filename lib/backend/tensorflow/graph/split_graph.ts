/** Which operations of a graph depend on some inputs alone, and need not run again while those keep their values. */

import type { GraphOutput } from "./graph_output.ts";

/** An operation as it was added to a graph. */
export interface AddedOperation {
  readonly operation: Deno.PointerValue;
  readonly inputs: readonly GraphOutput[];
  /** Whether others must have run before it. */
  readonly isOrdered: boolean;
}

/** A graph in two parts. */
export interface GraphParts {
  /** What depends on fixed inputs alone. */
  readonly fixedOperations: readonly Deno.PointerValue[];
  /** What of it the other part takes. */
  readonly fixedOutputs: readonly GraphOutput[];
  /** Everything else. What depends on no input is in both. */
  readonly callOperations: readonly Deno.PointerValue[];
}

type Part = "constant" | "fixed" | "call";

/**
 * Splits a graph.
 *
 * @param added Its operations, in order.
 * @param callInputs Placeholders whose values are of one call.
 * @param fixedInputs Placeholders whose values stay.
 * @param results Outputs of operations that belong to the call, whatever they depend on.
 */
export function splitGraph(
  added: readonly AddedOperation[],
  callInputs: readonly GraphOutput[],
  fixedInputs: readonly GraphOutput[],
  results: readonly GraphOutput[],
): GraphParts {
  const parts = new Map<Deno.PointerValue, Part>();
  for (const { operation } of fixedInputs) parts.set(operation, "fixed");
  for (const { operation } of [...callInputs, ...results]) parts.set(operation, "call");
  const placeholders = new Set([...callInputs, ...fixedInputs].map(({ operation }) => operation));
  const fixedOutputs = new Map<string, GraphOutput>();
  const [fixedOperations, callOperations]: [Deno.PointerValue[], Deno.PointerValue[]] = [[], []];
  for (const { operation, inputs, isOrdered } of added) {
    if (placeholders.has(operation)) continue;
    const part = isOrdered ? "call" : parts.get(operation) ?? partOf(inputs, parts);
    parts.set(operation, part);
    if (part !== "call") fixedOperations.push(operation);
    if (part !== "fixed") callOperations.push(operation);
    if (part !== "call") continue;
    for (const input of inputs) {
      if (parts.get(input.operation) !== "fixed" || placeholders.has(input.operation)) continue;
      fixedOutputs.set(`${Deno.UnsafePointer.value(input.operation)} ${input.index}`, input);
    }
  }
  return { fixedOperations, fixedOutputs: [...fixedOutputs.values()], callOperations };
}

function partOf(
  inputs: readonly GraphOutput[],
  parts: ReadonlyMap<Deno.PointerValue, Part>,
): Part {
  const found = new Set(inputs.map(({ operation }) => parts.get(operation)));
  return found.has("call") ? "call" : found.has("fixed") ? "fixed" : "constant";
}
