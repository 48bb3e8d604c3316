/** Backend `tensorflow`: tfjs-node's kernels and ours on a native TensorFlow, over Deno's FFI. */

import * as tf from "@tensorflow/tfjs";
import { InputError } from "../../errors.ts";
import { registerJpegDecoder } from "../../file/image/jpeg_decoder.ts";
import type { Backend, BackendOptions, DeviceKind, Precision } from "../backend.ts";
import { registerCompiler } from "../compile.ts";
import { registerReader } from "../read_into.ts";
import { findWrongArithmetic } from "./check_arithmetic.ts";
import { computesFusedLayers } from "./check_fused_layers.ts";
import { decodeJpeg } from "./decode_jpeg.ts";
import { DEVICE_CHOICES } from "./device_choices.ts";
import { TensorflowBinding } from "./eager/binding.ts";
import { type CApi, openCApi } from "./library/c_api.ts";
import type { CSymbols } from "./library/c_symbols.ts";
import { formatWithoutOptimizer, formatWithoutRemapping } from "./library/config_proto.ts";
import { type Context, openContext } from "./library/context.ts";
import type { LibraryFiles } from "./library/library_files.ts";
import { type MathModes, openMathModes, setModeVariables } from "./library/math_modes.ts";
import { readCudaDriver } from "./library/cuda_driver.ts";
import { explainNoGpu, readGpuConditions } from "./library/explain_no_gpu.ts";
import { findLibrary } from "./library/find_library.ts";
import { registerLowPrecision } from "./kernels/low_precision.ts";
import { registerLowSoftmax } from "./kernels/low_softmax.ts";
import { registerKernels } from "./kernels/register_kernels.ts";
import { loadNodePackage, type NodeBackend } from "./eager/node_package.ts";
import { traceFunction } from "./graph/traced_function.ts";

interface Runtime {
  readonly binding: TensorflowBinding;
  readonly context: Context;
  readonly files: LibraryFiles;
  readonly symbols: CSymbols;
  readonly version: string;
  readonly threads: number | undefined;
  readonly precision: Precision;
  readonly isDeterministic: boolean;
}

/** One per process or worker, as TensorFlow's threads are. */
let runtime: Runtime | null = null;
/** Whether the library has been seen to compute right. */
let isFoundRight = false;
/** Whether it has been asked for its fused layers, which only compiled functions have. */
let areLayersChecked = false;

/**
 * Opens backend `tensorflow` and makes it tfjs's current one. The library is searched for once; see `findLibrary`.
 *
 * @throws {InputError} If there is no usable library, no GPU where one is required, no such precision, it is open with other
 * threads, another precision or the other determinism, or it computes wrong numbers on this processor.
 */
export async function openTensorflow(options: BackendOptions = {}): Promise<Backend> {
  runtime ??= await startRuntime(options);
  const { context: { device }, version, threads, precision, isDeterministic } = runtime;
  if (options.isGpuRequired && device.type !== "GPU") {
    throw new InputError(
      `Cannot open backend tensorflow on a GPU as TensorFlow must see one: it sees ${device.type}, as ` +
        whyOnCpu(),
    );
  }
  checkFirstChoice(runtime, options);
  if (tf.findBackend("tensorflow") === null) {
    const { binding, symbols } = runtime;
    await registerBackend(binding);
    registerJpegDecoder((...file) => decodeJpeg(binding, symbols, ...file));
    if (precision === "bfloat16") {
      registerLowPrecision();
      registerLowSoftmax();
    }
    if (!options.isEager) registerCompiler("tensorflow", traceFunction);
    if (!runtime.binding.choices.isReadAside) registerReader("tensorflow", copyTensor);
  }
  await tf.setBackend("tensorflow");
  if (!isFoundRight) await checkArithmetic(version, precision);
  isFoundRight = true;
  if (!options.isEager) await checkLayers(runtime.binding);
  return {
    name: "tensorflow",
    version,
    device: describeDevice(device.type),
    deviceKind: kindOf(device.type),
    threads: threads ?? navigator.hardwareConcurrency,
    precision,
    isDeterministic,
  };
}

async function checkArithmetic(version: string, precision: Precision): Promise<void> {
  const wrong = await findWrongArithmetic();
  if (wrong === null) return;
  throw new InputError(
    `Cannot open backend tensorflow with precision ${precision} as it must compute right numbers: ${wrong}, with TensorFlow ` +
      `${version} on this processor; pass ${
        precision === "float32" ? "--backend wasm" : "--precision float32"
      }`,
  );
}

async function checkLayers(binding: TensorflowBinding): Promise<void> {
  if (areLayersChecked) return;
  areLayersChecked = true;
  const { choices } = binding;
  if (choices.hasFusedLayers && !(await computesFusedLayers())) {
    binding.choices = { ...choices, hasFusedLayers: false };
  }
}

/** Why the open backend computes on the CPU: one line, or `null` on a GPU and where it is not open. */
export function whyOnCpu(): string | null {
  if (runtime === null || runtime.context.device.type === "GPU") return null;
  return explainNoGpu(readGpuConditions(runtime.files, runtime.version));
}

async function startRuntime(options: BackendOptions): Promise<Runtime> {
  const { threads, precision = "float32", isDeterministic = true } = options;
  setModeVariables(isDeterministic);
  const { api, files } = await openFirst(options.tensorflowLibrary);
  const context = configureSessions(openContext(api, options));
  const modes = openMathModes(files);
  choosePrecision(modes, kindOf(context.device.type), precision);
  if (precision === "bfloat16" && options.isEager) {
    throw new InputError(
      "Cannot open backend tensorflow with precision bfloat16 as its steps must be compiled: --eager runs them op by op",
    );
  }
  const binding = new TensorflowBinding(api, context, precision);
  globalThis.addEventListener("unload", () => binding.dispose());
  return {
    binding,
    context,
    files,
    symbols: api.symbols,
    version: api.version,
    threads,
    precision,
    isDeterministic: modes.readDeterminism() ?? isDeterministic,
  };
}

/** Sessions, which profile functions, run the ops that functions run. */
export function configureSessions(context: Context): Context {
  const { isOptimized } = DEVICE_CHOICES[kindOf(context.device.type)];
  const changes = isOptimized ? formatWithoutRemapping() : formatWithoutOptimizer();
  return { ...context, config: Uint8Array.of(...context.config, ...changes) };
}

/** Opens the first library that opens, in the order of the search. */
async function openFirst(path?: string): Promise<{ api: CApi; files: LibraryFiles }> {
  const { steps } = await findLibrary({ libraryPath: path });
  const reasons: string[] = [];
  for (const { place, path, files, explanation } of steps) {
    if (files === null) {
      if (path !== null) reasons.push(`${path}: ${explanation}`);
      continue;
    }
    try {
      return { api: openCApi(files), files };
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

/**
 * Makes TensorFlow multiply as it is asked to.
 *
 * @throws {InputError} If TF32 is asked for without a GPU, or bfloat16 with one, or a GPU's TF32 cannot be turned off.
 */
export function choosePrecision(modes: MathModes, kind: DeviceKind, precision: Precision): void {
  const isTensorFloat32 = precision === "tf32";
  if (kind === "gpu" && precision === "bfloat16") {
    throw new InputError(
      "Cannot open backend tensorflow with precision bfloat16 as TensorFlow must compute on a CPU: it sees a GPU; " +
        "pass --precision tf32",
    );
  }
  if (kind === "cpu") {
    if (!isTensorFloat32) return;
    throw new InputError(
      "Cannot open backend tensorflow with precision tf32 as TensorFlow must see a GPU: it sees CPU",
    );
  }
  modes.setTensorFloat32(isTensorFloat32);
  const isOn = modes.readTensorFloat32();
  if (isOn === isTensorFloat32 || (isOn === null && isTensorFloat32)) return; // it is on unless it is turned off
  throw new InputError(
    "Cannot open backend tensorflow with precision float32 as TensorFlow must have a switch for TF32: " +
      "this one has none; pass --precision tf32, or `deno task setup --gpu` fetches another",
  );
}

function kindOf(deviceType: string): DeviceKind {
  return deviceType === "GPU" ? "gpu" : "cpu";
}

/** What a process keeps from the first opening to its end. */
function checkFirstChoice(first: Runtime, wanted: BackendOptions): void {
  const choices = [
    ["threads", first.threads ?? "all cores", wanted.threads],
    ["precision", first.precision, wanted.precision],
    ["determinism", onOrOff(first.isDeterministic), onOrOff(wanted.isDeterministic)],
  ] as const;
  for (const [name, current, asked] of choices) {
    if (asked === undefined || asked === current) continue;
    throw new InputError(
      `Cannot open backend tensorflow with ${name} ${asked} as a process keeps its first choice: it is ${current}`,
    );
  }
}

function onOrOff(isOn: boolean | undefined): string | undefined {
  return isOn === undefined ? undefined : isOn ? "on" : "off";
}

async function registerBackend(binding: TensorflowBinding): Promise<void> {
  const createBackend = await loadNodePackage();
  registerKernels();
  tf.registerBackend("tensorflow", () => createBackend(binding), 3);
}

/** Copies a tensor's values out of TensorFlow's memory, which is the host's. */
function copyTensor(tensor: tf.Tensor, target: Float32Array): void {
  const { binding, symbols } = runtime!;
  const [id] = (tf.backend() as NodeBackend).getInputTensorIds([tensor]);
  const values = binding.resolve(id!);
  const { buffer, byteOffset, byteLength } = target;
  try {
    const bytes = new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
    Deno.UnsafePointerView.copyInto(symbols.TF_TensorData(values)!, bytes);
  } finally {
    binding.deleteValues(values);
  }
}

/** The name of the first GPU, else of the processor's kind. */
function describeDevice(type: string): string {
  const processor = `${Deno.build.arch} ${Deno.build.os}`;
  if (type !== "GPU") return processor;
  const driver = readCudaDriver();
  return driver.isPresent && driver.devices[0] ? driver.devices[0].name : `GPU, ${processor}`;
}
