/** The compiler of backend `tensorflow`: a function is traced once for each kind of input, and then runs as one op. */

import * as tf from "@tensorflow/tfjs";
import type { TensorMetadata } from "../eager/tensor_metadata.ts";
import type { CompiledFunction, CompileOptions, TensorFunction } from "../../compile.ts";
import type { TensorflowBinding } from "../eager/binding.ts";
import type { NodeBackend } from "../eager/node_package.ts";
import { type OpAttribute, stringAttribute } from "../library/attributes.ts";
import { formatWithoutRemapping } from "../library/config_proto.ts";
import type { TracedGraph } from "./tracer.ts";

/** One trace of a function. */
interface Trace {
  /** Name of the op. */
  readonly opName: string;
  /** Outputs of the function; those after it are new values of variables. */
  readonly resultCount: number;
  readonly outputCount: number;
  /** Variables that the function assigns. */
  readonly assigned: readonly tf.Variable[];
}

/** Names of functions must differ within the context. */
let functionCount = 0;

/** Compiles by tracing; see {@linkcode CompileOptions}. */
export function traceFunction(fn: TensorFunction, options: CompileOptions): CompiledFunction {
  const traces = new Map<string, Trace>();
  const prepare = (backend: NodeBackend, inputs: readonly tf.Tensor[]) => {
    const key = inputs.map(({ dtype, shape }) => `${dtype}[${shape}]`).join();
    const trace = traces.get(key) ?? recordTrace(fn, inputs, options);
    traces.set(key, trace);
    return { trace, ids: backend.getInputTensorIds([...inputs, ...options.variables]) };
  };
  return {
    run(inputs) {
      const backend = tf.backend() as NodeBackend;
      const { binding } = backend;
      if (binding.isTracing()) return tf.tidy(() => fn(inputs)); // a part of the function around it
      const { trace, ids } = prepare(backend, inputs);
      const { opName, outputCount } = trace;
      const outputs = binding.executeOp(opName, attributesOf(binding), ids, outputCount);
      return takeOutputs(backend, trace, outputs);
    },
    async runAside(inputs) {
      const backend = tf.backend() as NodeBackend;
      const { trace, ids } = prepare(backend, inputs);
      const { opName, outputCount } = trace;
      const { binding } = backend;
      const attributes = attributesOf(binding);
      const outputs = await binding.executeOpAside(opName, attributes, ids, outputCount);
      return takeOutputs(backend, trace, outputs);
    },
    dispose() {
      const { binding } = tf.findBackend("tensorflow") as NodeBackend;
      for (const { opName } of traces.values()) binding.deleteFunction(opName);
      traces.clear();
    },
  };
}

/** What a function is run with: `config_proto`, whose bytes are below 128 and so the same as a text. */
function attributesOf({ choices }: TensorflowBinding): OpAttribute[] {
  if (!choices.isOptimized) return []; // without `config_proto` grappler does not see it
  return [stringAttribute("config_proto", new TextDecoder().decode(formatWithoutRemapping()))];
}

/** The results, as tensors; variables get their new values. */
function takeOutputs(
  backend: NodeBackend,
  { resultCount, assigned }: Trace,
  metadata: readonly TensorMetadata[],
): tf.Tensor[] {
  const outputs = metadata.map((output) => backend.createOutputTensor(output));
  assigned.forEach((variable, i) => {
    const value = outputs[resultCount + i]!;
    variable.assign(value);
    value.dispose();
  });
  return outputs.slice(0, resultCount);
}

function recordTrace(
  fn: TensorFunction,
  inputs: readonly tf.Tensor[],
  { name, variables }: CompileOptions,
): Trace {
  const opName = `${name.replace(/\W+/g, "_")}_${functionCount++}`;
  return traceTensors(fn, inputs, variables, ({ graph, inputs, outputs }, _ids, assigned) => {
    graph.toFunction(opName, inputs, outputs);
    const outputCount = outputs.length;
    return { opName, resultCount: outputCount - assigned.length, outputCount, assigned };
  });
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
