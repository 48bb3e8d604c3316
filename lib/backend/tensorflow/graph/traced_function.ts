/** The compiler of backend `tensorflow`: a function is traced once for each kind of input, and then runs as one op. */

import * as tf from "@tensorflow/tfjs";
import type { CompiledFunction, CompileOptions, TensorFunction } from "../../compile.ts";
import type { NodeBackend } from "../eager/node_package.ts";
import type { TensorMetadata } from "../eager/tensor_metadata.ts";
import { keyOf, PartedFunction } from "./parted_function.ts";
import { attributesOf, nameFunction, traceTensors } from "./trace_tensors.ts";

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

/** Compiles by tracing; see {@linkcode CompileOptions}. */
export function traceFunction(fn: TensorFunction, options: CompileOptions): CompiledFunction {
  const traces = new Map<string, Trace>();
  const parted = new PartedFunction(fn, options);
  const prepare = (backend: NodeBackend, inputs: readonly tf.Tensor[]) => {
    const key = keyOf(inputs);
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
      if (parted.isKept()) return await parted.runAside(backend, inputs);
      const { trace, ids } = prepare(backend, inputs);
      const { opName, outputCount } = trace;
      const { binding } = backend;
      const attributes = attributesOf(binding);
      const outputs = await binding.executeOpAside(opName, attributes, ids, outputCount);
      return takeOutputs(backend, trace, outputs);
    },
    keepVariables: (use) => parted.keep(use),
    dispose() {
      const { binding } = tf.findBackend("tensorflow") as NodeBackend;
      for (const { opName } of traces.values()) binding.deleteFunction(opName);
      parted.dispose(binding);
      traces.clear();
    },
  };
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
  const opName = nameFunction(name);
  return traceTensors(fn, inputs, variables, ({ graph, inputs, outputs }, _ids, assigned) => {
    graph.toFunction(opName, inputs, outputs);
    const outputCount = outputs.length;
    return { opName, resultCount: outputCount - assigned.length, outputCount, assigned };
  });
}
