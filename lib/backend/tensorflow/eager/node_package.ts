/** The JavaScript of `@tensorflow/tfjs-node-gpu`: its kernels and its backend, without its add-on. */

import util from "node:util";
import type * as tf from "@tensorflow/tfjs";
import type { TensorflowBinding } from "./binding.ts";
import type { TensorMetadata } from "./tensor_metadata.ts";

/** Tells the package's backend that CUDA's memory may be used. */
const PACKAGE = "@tensorflow/tfjs-node-gpu";

/** What our kernels use of the package's `NodeJSKernelBackend`. */
export interface NodeBackend extends tf.KernelBackend {
  readonly binding: TensorflowBinding;
  /** Tensors by data id: values that TensorFlow does not have yet, else the binding's number. */
  readonly tensorMap: {
    get(dataId: object): { readonly id: number; readonly values: tf.BackendValues | null };
  };
  /** Numbers of tensors, for the binding; writes those that are not in TensorFlow's memory yet. */
  getInputTensorIds(tensors: readonly tf.TensorInfo[]): number[];
  /** A tensor of tfjs for an output of the binding. */
  createOutputTensor(metadata: TensorMetadata): tf.Tensor;
  /** `relu`, `elu`, ... or `linear`, which returns its input. */
  applyActivation(
    input: tf.Tensor,
    activation: string,
    preluWeights: tf.TensorInfo | undefined,
    leakyReluAlpha: number | undefined,
  ): tf.Tensor;
}

interface BackendModule {
  readonly NodeJSKernelBackend: new (binding: unknown, packageName: string) => NodeBackend;
}

/**
 * Registers the package's kernels for backend `tensorflow` and returns a maker of backends. Its files are named by literals, as
 * publishing rewrites no other names.
 */
export async function loadNodePackage(): Promise<(binding: TensorflowBinding) => NodeBackend> {
  restoreUtil();
  await import("@tensorflow/tfjs-node-gpu/dist/register_all_kernels.js");
  const { NodeJSKernelBackend } = await import(
    "@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js"
  ) as unknown as BackendModule;
  return (binding) => {
    const backend = new NodeJSKernelBackend(binding, PACKAGE);
    backend.read = async (dataId) => { // the package's own waits in this thread
      const { id, values } = backend.tensorMap.get(dataId);
      return values ?? await binding.tensorData(id) as tf.BackendValues;
    };
    return backend;
  };
}

/** The package calls two functions of Node's `util` that Node 23 and Deno no longer have. */
function restoreUtil(): void {
  const functions = util as unknown as Record<string, unknown>;
  functions.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  functions.isArray ??= Array.isArray;
}
