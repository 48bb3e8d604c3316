/** Opens one backend, or says in one line why it cannot. */

import * as tf from "@tensorflow/tfjs";
import { InputError } from "../errors.ts";
import {
  type Backend,
  BACKEND_NAMES,
  type BackendName,
  type BackendOptions,
  type PlainBackend,
} from "./backend.ts";
import { openCpu } from "./cpu/open_cpu.ts";
import { openTensorflow } from "./tensorflow/open_tensorflow.ts";
import { openWasm } from "./wasm/open_wasm.ts";
import { openWebgpu } from "./webgpu/open_webgpu.ts";

/** How each backend opens. `open` makes it tfjs's current one and registers our kernels; it rejects with one line. */
interface BackendEntry {
  readonly name: BackendName;
  readonly open: (options: BackendOptions) => Promise<Backend>;
}

const ENTRIES: readonly BackendEntry[] = [
  { name: "tensorflow", open: openTensorflow },
  { name: "webgpu", open: (options) => openPlain("webgpu", openWebgpu, options) },
  { name: "wasm", open: (options) => openPlain("wasm", openWasm, options) },
  { name: "cpu", open: (options) => openPlain("cpu", openCpu, options) },
];

/** What `auto` tries, in order. */
const AUTO_ORDER: readonly { readonly name: BackendName; readonly isGpuRequired: boolean }[] = [
  { name: "tensorflow", isGpuRequired: true },
  { name: "webgpu", isGpuRequired: true },
  { name: "tensorflow", isGpuRequired: false },
  { name: "wasm", isGpuRequired: false },
  { name: "cpu", isGpuRequired: false },
];

/** A backend that was tried before the one that opened. */
export interface SkippedBackend {
  /** Name, as `--backend` takes it. */
  readonly name: BackendName;
  /** One line. */
  readonly reason: string;
  /** What was thrown. */
  readonly error: unknown;
}

/** The backend that opened, and those of `auto` that did not. */
export interface OpenedBackend {
  /** The backend that is current now. */
  readonly backend: Backend;
  /** What `auto` tried before it; empty for a named backend. */
  readonly skipped: readonly SkippedBackend[];
}

/**
 * Makes a backend tfjs's current one and registers our kernels for it. Opening it again changes nothing.
 *
 * `auto` takes the first that opens: TensorFlow with a GPU, WebGPU on hardware, TensorFlow on the CPU, wasm, cpu.
 *
 * @throws {InputError} If the named backend cannot open; the message says why in one line.
 */
export async function openBackend(
  name: BackendName | "auto",
  options: BackendOptions = {},
): Promise<OpenedBackend> {
  tf.env().set("PROD", true); // silences tfjs's banner and advice
  if (name !== "auto") return { backend: await openNamed(name, options), skipped: [] };
  const errors = new Map<BackendName, unknown>();
  for (const { name, isGpuRequired } of AUTO_ORDER) {
    try {
      const backend = await openNamed(name, { ...options, isGpuRequired });
      errors.delete(name);
      const skipped = Array.from(
        errors,
        ([name, error]) => ({ name, reason: firstLine(error), error }),
      );
      return { backend, skipped };
    } catch (error) {
      errors.set(name, error);
    }
  }
  const tried = BACKEND_NAMES.map((name) => `${name}: ${firstLine(errors.get(name))}`).join("; ");
  throw new InputError(`Cannot open a backend as one of them must work: ${tried}`);
}

async function openNamed(
  name: BackendName,
  options: BackendOptions,
): Promise<Backend> {
  const entry = ENTRIES.find((entry) => entry.name === name)!;
  try {
    return await entry.open(options);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`Cannot open backend ${name}: ${firstLine(error)}`, { cause: error });
  }
}

/** @throws {InputError} If another precision is asked for than the one that the backend has. */
async function openPlain(
  name: BackendName,
  open: (options: BackendOptions) => Promise<PlainBackend>,
  options: BackendOptions,
): Promise<Backend> {
  const { precision = "float32" } = options;
  if (precision !== "float32") {
    throw new InputError(
      `Cannot open backend ${name} with precision ${precision} as only tensorflow ${
        precision === "tf32" ? "on a GPU" : "on a CPU"
      } has it: ` +
        "pass --precision float32",
    );
  }
  return { ...await open(options), precision, isDeterministic: true };
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.trim().split("\n")[0]!;
}
