/** The JavaScript of `@tensorflow/tfjs-node-gpu`: its kernels and its backend, without its add-on. */

import { createRequire } from "node:module";
import type * as tf from "@tensorflow/tfjs";
import type { TensorflowBinding } from "./binding.ts";
import type { TensorMetadata } from "./tensor_table.ts";

/** The package; also tells its backend that CUDA's memory may be used. */
const PACKAGE = "@tensorflow/tfjs-node-gpu";

/** What our kernels use of the package's `NodeJSKernelBackend`. */
export interface NodeBackend extends tf.KernelBackend {
  readonly binding: TensorflowBinding;
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

const require = createRequire(import.meta.url);

/** The package calls two functions of Node's `util` that Node 23 and Deno no longer have. */
function restoreUtil(): void {
  const util = require("node:util") as Record<string, unknown>;
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  util.isArray ??= Array.isArray;
}

/** Registers the package's kernels for backend `tensorflow` and returns a maker of backends. */
export function loadNodePackage(): (binding: unknown) => NodeBackend {
  restoreUtil();
  require(`${PACKAGE}/dist/register_all_kernels.js`);
  const path = `${PACKAGE}/dist/nodejs_kernel_backend.js`;
  const { NodeJSKernelBackend } = require(path) as BackendModule;
  return (binding) => new NodeJSKernelBackend(binding, PACKAGE);
}
