/** A binding on the CPU library that is told to be on a GPU: it records ops, and functions of them are traced but not run. */

import * as tf from "@tensorflow/tfjs";
import { registerCompiler } from "../../../../lib/backend/compile.ts";
import { TensorflowBinding } from "../../../../lib/backend/tensorflow/eager/binding.ts";
import { loadNodePackage } from "../../../../lib/backend/tensorflow/eager/node_package.ts";
import type { TensorValues } from "../../../../lib/backend/tensorflow/eager/tensor_data.ts";
import type { TensorMetadata } from "../../../../lib/backend/tensorflow/eager/tensor_metadata.ts";
import { traceFunction } from "../../../../lib/backend/tensorflow/graph/traced_function.ts";
import type { TracedGraph } from "../../../../lib/backend/tensorflow/graph/tracer.ts";
import { registerKernels } from "../../../../lib/backend/tensorflow/kernels/register_kernels.ts";
import type { OpAttribute } from "../../../../lib/backend/tensorflow/library/attributes.ts";
import type { CSymbols } from "../../../../lib/backend/tensorflow/library/c_symbols.ts";
import { openCApi } from "../../../../lib/backend/tensorflow/library/c_api.ts";
import { DATA_TYPES } from "../../../../lib/backend/tensorflow/library/codes.ts";
import { openContext } from "../../../../lib/backend/tensorflow/library/context.ts";
import { configureSessions } from "../../../../lib/backend/tensorflow/open_tensorflow.ts";
import type { LibraryFiles } from "../../../../lib/backend/tensorflow/library/library_files.ts";

/** Type and shape of a tensor. */
export interface TensorKind {
  readonly dtype: number;
  readonly shape: readonly number[];
}

/** An op that was run or traced. */
export interface RecordedOp {
  readonly name: string;
  readonly attributes: readonly OpAttribute[];
  readonly inputs: readonly TensorKind[];
}

/** See above. */
export class RecordingBinding extends TensorflowBinding {
  /** Since it was last emptied. */
  readonly ops: RecordedOp[] = [];
  readonly #kinds = new Map<number, TensorKind>();
  /** Outputs of the functions that were traced. */
  readonly #functions = new Map<string, readonly TensorKind[]>();

  override createTensor(shape: readonly number[], type: number, values: TensorValues): number {
    const id = super.createTensor(shape, type, values);
    this.#kinds.set(id, { dtype: type, shape: [...shape] });
    return id;
  }

  override executeOp(
    name: string,
    attributes: readonly OpAttribute[],
    inputIds: readonly number[],
    outputCount: number,
  ): TensorMetadata[] {
    const outputs = this.#functions.get(name);
    if (outputs) return this.#pretend(outputs);
    const inputs = inputIds.map((id) => this.#kinds.get(id)!);
    this.ops.push({ name, attributes, inputs });
    const results = super.executeOp(name, attributes, inputIds, outputCount);
    this.#remember(results);
    return results;
  }

  override executeOpAside(
    name: string,
    _attributes: readonly OpAttribute[],
  ): Promise<TensorMetadata[]> {
    return Promise.resolve(this.#pretend(this.#functions.get(name)!));
  }

  override trace<T>(
    inputIds: readonly number[],
    body: (standIns: readonly TensorMetadata[]) => readonly number[],
    use: (graph: TracedGraph) => T,
  ): T {
    const record = (standIns: readonly TensorMetadata[]) => {
      this.#remember(standIns);
      return body(standIns);
    };
    return super.trace(inputIds, record, (graph) => {
      const result = use(graph);
      const kinds = graph.outputs.map(({ dtype, shape }) => ({ dtype, shape: shape! }));
      const { opName } = result as { readonly opName?: string };
      if (opName !== undefined) this.#functions.set(opName, kinds);
      return result;
    });
  }

  #remember(tensors: readonly TensorMetadata[]): void {
    for (const { id, dtype, shape } of tensors) this.#kinds.set(id, { dtype, shape: [...shape] });
  }

  /** Outputs of zeros. */
  #pretend(kinds: readonly TensorKind[]): TensorMetadata[] {
    return kinds.map(({ dtype, shape }) => {
      const size = shape.reduce((product, length) => product * length, 1);
      const values = dtype === DATA_TYPES.TF_FLOAT ? new Float32Array(size) : new Int32Array(size);
      return { id: this.createTensor(shape, dtype, values), shape: [...shape], dtype };
    });
  }
}

/**
 * Makes a recording binding tfjs's current backend, under the name `tensorflow`.
 *
 * @param watch Puts functions of its own in place of TensorFlow's.
 */
export async function openRecordingBinding(
  files: LibraryFiles,
  watch: (c: CSymbols) => CSymbols = (c) => c,
): Promise<RecordingBinding> {
  const opened = openCApi(files);
  const api = { ...opened, symbols: watch(opened.symbols) };
  const context = openContext(api, {});
  const device = { ...context.device, type: "GPU" }; // its name stays that of the CPU
  const binding = new RecordingBinding(api, configureSessions({ ...context, device }));
  const createBackend = await loadNodePackage();
  registerKernels();
  registerCompiler("tensorflow", traceFunction);
  if (tf.findBackend("tensorflow") !== null) tf.removeBackend("tensorflow");
  tf.registerBackend("tensorflow", () => createBackend(binding), 3);
  await tf.setBackend("tensorflow");
  return binding;
}
