/**
 * Backends: where tensors live and kernels run.
 *
 * {@linkcode openBackend} makes TensorFlow, WebGPU, WebAssembly or plain JavaScript tfjs's current backend and registers the
 * kernels that tfjs lacks there; {@linkcode compileFunction} records a function's ops once and runs them as one.
 *
 * @module
 */

export { InputError } from "../errors.ts";
export type { Scalar, Tensor, Variable } from "../tensor.ts";
export {
  type Backend,
  BACKEND_NAMES,
  type BackendName,
  type BackendOptions,
  DEVICE_KINDS,
  type DeviceKind,
  type Precision,
  PRECISIONS,
} from "./backend.ts";
export { openBackend, type OpenedBackend, type SkippedBackend } from "./open_backend.ts";
export {
  type CompiledFunction,
  CompiledFunctions,
  compileFunction,
  type CompileOptions,
  type TensorFunction,
} from "./compile.ts";
