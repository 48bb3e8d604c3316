/** A function in two parts: what depends on its variables alone runs once while they keep their values, the rest in every call. */

import * as tf from "@tensorflow/tfjs";
import type { CompileOptions, TensorFunction } from "../../compile.ts";
import type { TensorflowBinding } from "../eager/binding.ts";
import type { NodeBackend } from "../eager/node_package.ts";
import { attributesOf, nameFunction, traceTensors } from "./trace_tensors.ts";

/** One trace. */
interface PartedTrace {
  /** The part that takes variables alone; it is not made if it gives nothing. */
  readonly fixedName: string;
  readonly fixedCount: number;
  /** The part that takes inputs, variables, and what the first gives. */
  readonly callName: string;
  readonly resultCount: number;
}

/** A trace, and what its first part gave. */
interface KeptTrace {
  readonly trace: PartedTrace;
  readonly ids: Promise<readonly number[]>;
}

/** The parts of a function that assigns no variable. */
export class PartedFunction {
  readonly #fn: TensorFunction;
  readonly #options: CompileOptions;
  readonly #traces = new Map<string, PartedTrace>();
  /** While variables keep their values. */
  #kept: Map<string, KeptTrace> | null = null;

  constructor(fn: TensorFunction, options: CompileOptions) {
    this.#fn = fn;
    this.#options = options;
  }

  /** Whether variables keep their values now: calls are to come to {@linkcode PartedFunction.runAside}. */
  isKept(): boolean {
    return this.#kept !== null;
  }

  /** Lets variables keep their values until `use` ends; what was computed of them is freed then. */
  async keep<T>(use: () => Promise<T>): Promise<T> {
    if (this.#kept) return await use();
    const { binding } = tf.backend() as NodeBackend;
    const kept = this.#kept = new Map<string, KeptTrace>();
    try {
      return await use();
    } finally {
      this.#kept = null;
      for (const { ids } of kept.values()) {
        for (const id of await ids.catch(() => [])) binding.deleteTensor(id);
      }
    }
  }

  /**
   * Calls it.
   *
   * @throws {Error} If the function assigns a variable.
   */
  async runAside(backend: NodeBackend, inputs: readonly tf.Tensor[]): Promise<tf.Tensor[]> {
    const { trace: { callName, resultCount }, ids } = this.#keepTrace(backend, inputs);
    const { binding } = backend;
    const own = backend.getInputTensorIds([...inputs, ...this.#options.variables]);
    const all = [...own, ...await ids];
    const outputs = await binding.executeOpAside(callName, attributesOf(binding), all, resultCount);
    return outputs.map((output) => backend.createOutputTensor(output));
  }

  /** Frees its functions. */
  dispose(binding: TensorflowBinding): void {
    for (const { fixedName, fixedCount, callName } of this.#traces.values()) {
      if (fixedCount > 0) binding.deleteFunction(fixedName);
      binding.deleteFunction(callName);
    }
    this.#traces.clear();
  }

  #keepTrace(backend: NodeBackend, inputs: readonly tf.Tensor[]): KeptTrace {
    const key = keyOf(inputs);
    const known = this.#kept!.get(key);
    if (known) return known;
    const trace = this.#traces.get(key) ?? this.#record(inputs);
    this.#traces.set(key, trace);
    const ids = this.#runFixedPart(backend, trace);
    ids.catch(() => {}); // whoever awaits them is told
    this.#kept!.set(key, { trace, ids });
    return { trace, ids };
  }

  async #runFixedPart(
    backend: NodeBackend,
    { fixedName, fixedCount }: PartedTrace,
  ): Promise<readonly number[]> {
    if (fixedCount === 0) return [];
    const { binding } = backend;
    const ids = backend.getInputTensorIds(this.#options.variables);
    const outputs = await binding.executeOpAside(fixedName, attributesOf(binding), ids, fixedCount);
    return outputs.map(({ id }) => id);
  }

  #record(inputs: readonly tf.Tensor[]): PartedTrace {
    const { name, variables } = this.#options;
    const [fixedName, callName] = [nameFunction(name), nameFunction(name)];
    return traceTensors(this.#fn, inputs, variables, (traced, _ids, assigned) => {
      if (assigned.length > 0) {
        throw new Error(`Cannot keep variables of ${name} as it must assign none: it does`);
      }
      const { graph, inputs: placeholders, outputs } = traced;
      const ofCall = placeholders.slice(0, inputs.length);
      const fixed = placeholders.slice(inputs.length);
      const names = { fixed: fixedName, call: callName };
      const fixedCount = graph.toParts(names, ofCall, fixed, outputs);
      return { fixedName, fixedCount, callName, resultCount: outputs.length };
    });
  }
}

/** Inputs that one trace serves have the same. */
export function keyOf(inputs: readonly tf.Tensor[]): string {
  return inputs.map(({ dtype, shape }) => `${dtype}[${shape}]`).join();
}
