/** How functions of tensors become functions of TensorFlow: traced, named, and run. */

import * as tf from "@tensorflow/tfjs";
import type { TensorFunction } from "../../compile.ts";
import type { TensorflowBinding } from "../eager/binding.ts";
import type { NodeBackend } from "../eager/node_package.ts";
import type { TensorMetadata } from "../eager/tensor_metadata.ts";
import { type OpAttribute, stringAttribute } from "../library/attributes.ts";
import { formatWithoutRemapping } from "../library/config_proto.ts";
import type { TracedGraph } from "./tracer.ts";

/** Names of functions must differ within the context. */
let functionCount = 0;

/** A name that no function has. */
export function nameFunction(name: string): string {
  return `${name.replace(/\W+/g, "_")}_${functionCount++}`;
}

/** What a function is run with: `config_proto`, whose bytes are below 128 and so the same as a text. */
export function attributesOf({ choices }: TensorflowBinding): OpAttribute[] {
  if (!choices.isOptimized) return []; // without `config_proto` grappler does not see it
  return [stringAttribute("config_proto", new TextDecoder().decode(formatWithoutRemapping()))];
}

/**
 * Records what a function does with tensors of such shapes; nothing is computed, and variables stay as they are.
 *
 * @param use Called with the graph, the numbers of its inputs (`inputs`, then `variables`), and the variables that the function
 * assigns: their new values are the last outputs.
 */
export function traceTensors<T>(
  fn: TensorFunction,
  inputs: readonly tf.Tensor[],
  variables: readonly tf.Variable[],
  use: (graph: TracedGraph, inputIds: readonly number[], assigned: readonly tf.Variable[]) => T,
): T {
  const backend = tf.backend() as NodeBackend;
  const ids = backend.getInputTensorIds([...inputs, ...variables]); // their values are TensorFlow's from here on
  const before = variables.map((variable) => variable.clone());
  let assigned: readonly tf.Variable[] = [];
  const body = (standIns: readonly TensorMetadata[]) => {
    const symbols = standIns.map((standIn) => backend.createOutputTensor(standIn));
    const [inputSymbols, values] = [symbols.slice(0, inputs.length), symbols.slice(inputs.length)];
    try {
      variables.forEach((variable, i) => variable.assign(values[i]!));
      const results = tf.tidy(() => fn(inputSymbols));
      assigned = variables.filter((variable, i) => variable.dataId !== values[i]!.dataId);
      const outputIds = backend.getInputTensorIds([...results, ...assigned]);
      tf.dispose(results);
      return outputIds;
    } finally {
      variables.forEach((variable, i) => variable.assign(before[i]!)); // the tracer still knows the tensors that go
      tf.dispose([...symbols, ...before]);
    }
  };
  return backend.binding.trace(ids, body, (graph) => use(graph, ids, assigned));
}
