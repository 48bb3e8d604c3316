/** Backend `tensorflow`: tfjs-node's kernels and ours on a native TensorFlow, over Deno's FFI. */

import * as tf from "@tensorflow/tfjs";
import { InputError } from "../../errors.ts";
import type { Backend, BackendOptions } from "../backend.ts";
import { registerCompiler } from "../compile.ts";
import { TensorflowBinding } from "./eager/binding.ts";
import { type CApi, openCApi } from "./library/c_api.ts";
import { type Context, openContext } from "./library/context.ts";
import { findLibrary } from "./library/find_library.ts";
import { registerKernels } from "./kernels/register_kernels.ts";
import { loadNodePackage } from "./eager/node_package.ts";
import { traceFunction } from "./graph/traced_function.ts";

/** How to open the backend. */
export interface OpenTensorflowOptions extends BackendOptions {
  /** Whether only a GPU will do. */
  readonly isGpuRequired?: boolean;
}

interface Runtime {
  readonly binding: TensorflowBinding;
  readonly context: Context;
  readonly version: string;
  readonly options: OpenTensorflowOptions;
}

/** One per process or worker, as TensorFlow's threads are. */
let runtime: Runtime | null = null;

/**
 * Opens backend `tensorflow` and makes it tfjs's current one. The library is searched for once; see `findLibrary`.
 *
 * @throws {InputError} If there is no usable library, no GPU where one is required, or it is open with other threads.
 */
export async function openTensorflow(options: OpenTensorflowOptions = {}): Promise<Backend> {
  runtime ??= await startRuntime(options);
  const { context: { device }, version } = runtime;
  if (options.isGpuRequired && device.type !== "GPU") {
    throw new InputError(
      `Cannot open backend tensorflow on a GPU as TensorFlow must see one: it sees ${device.type}`,
    );
  }
  checkThreads(runtime.options.threads, options.threads);
  if (tf.findBackend("tensorflow") === null) {
    registerBackend(runtime.binding);
    if (!options.isEager) registerCompiler("tensorflow", traceFunction);
  }
  await tf.setBackend("tensorflow");
  return {
    name: "tensorflow",
    version,
    device: await describeDevice(device.type),
    threads: runtime.options.threads ?? navigator.hardwareConcurrency,
    isGpu: device.type === "GPU",
  };
}

async function startRuntime(options: OpenTensorflowOptions): Promise<Runtime> {
  if (options.isDeterministic) Deno.env.set("TF_DETERMINISTIC_OPS", "1"); // read when ops first run
  const api = await openFirst(options.tensorflowLibrary);
  const context = openContext(api, options);
  const binding = new TensorflowBinding(api, context);
  globalThis.addEventListener("unload", () => binding.dispose());
  return { binding, context, version: api.version, options };
}

/** Opens the first library that opens, in the order of the search. */
async function openFirst(path?: string): Promise<CApi> {
  const { steps } = await findLibrary({ libraryPath: path });
  const reasons: string[] = [];
  for (const { place, path, files, explanation } of steps) {
    if (files === null) {
      if (path !== null) reasons.push(`${path}: ${explanation}`);
      continue;
    }
    try {
      return openCApi(files);
    } catch (error) {
      if (place === "option" || !(error instanceof InputError)) throw error;
      reasons.push(error.message);
    }
  }
  const found = reasons.length > 0 ? reasons.join("; ") : "there is none";
  throw new InputError(
    `Cannot open backend tensorflow as a libtensorflow must be found: ${found}; \`deno task setup\` fetches one`,
  );
}

function checkThreads(current: number | undefined, wanted: number | undefined): void {
  if (wanted === undefined || wanted === current) return;
  throw new InputError(
    `Cannot open backend tensorflow with ${wanted} threads as a process keeps its first choice: it is ${
      current ?? "all cores"
    }`,
  );
}

function registerBackend(binding: TensorflowBinding): void {
  const createBackend = loadNodePackage();
  registerKernels();
  tf.registerBackend("tensorflow", () => createBackend(binding), 3);
}

/** The name of the GPU where the driver tells it, else of the processor's kind. */
async function describeDevice(type: string): Promise<string> {
  const processor = `${Deno.build.arch} ${Deno.build.os}`;
  if (type !== "GPU") return processor;
  try {
    const folder = "/proc/driver/nvidia/gpus";
    for await (const { name } of Deno.readDir(folder)) {
      const text = await Deno.readTextFile(`${folder}/${name}/information`);
      const model = /^Model:\s*(.+)$/m.exec(text)?.[1];
      if (model) return model;
    }
  } catch {
    // Another driver, or no permission to read there.
  }
  return `GPU, ${processor}`;
}
