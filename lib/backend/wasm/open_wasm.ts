/**
 * Backend `wasm`: tfjs's WebAssembly with SIMD, and our own module for what it lacks or does slowly. tfjs's own kernels have one
 * thread; ours, where memory can be shared, as many as asked for, and the same bits with any number of them.
 */

import * as tf from "@tensorflow/tfjs";
import { InputError } from "../../errors.ts";
import type { BackendOptions, PlainBackend } from "../backend.ts";
import { declareShared } from "./declare_shared.ts";
import type { KernelThreads, StartHelper } from "./kernel_threads.ts";
import { openModule } from "./open_module.ts";
import { registerKernels } from "./register_kernels.ts";
import { findHelper } from "./start_helper.ts";

let threads: KernelThreads | null = null;

/**
 * Opens backend `wasm`. Works in a Web Worker as well; every worker has its own memory. Opened again, it takes another number of
 * threads.
 *
 * @throws {InputError} If the package's file cannot be read; the message names it.
 */
export async function openWasm(
  { threads: threadCount = navigator.hardwareConcurrency }: BackendOptions = {},
): Promise<PlainBackend> {
  threads ??= await openThreads();
  if (!await tf.setBackend("wasm")) throw notInitialized();
  threads.threadCount = threads.canShare ? threadCount : 1;
  return {
    name: "wasm",
    version: tf.version.tfjs,
    device: `${Deno.build.arch} ${Deno.build.os}, SIMD`,
    deviceKind: "cpu",
    threads: threads.threadCount,
  };
}

async function openThreads(): Promise<KernelThreads> {
  // Where the package manager put it; a literal, as publishing rewrites no other.
  const url = import.meta.resolve(
    "@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm",
  );
  await checkReadable(url);
  const startHelper = await initialize(url, await findHelper());
  const module = await openModule(startHelper);
  registerKernels(module);
  return module.threads;
}

/** Lets tfjs initialize its backend. Returns what starts other threads, or `null` where its memory is not shared. */
async function initialize(url: string, startHelper: StartHelper | null) {
  const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
  const shared = startHelper && declareShared(await readModule(url));
  if (!shared) {
    setWasmPaths(new URL(".", url).href);
    if (!await tf.setBackend("wasm")) throw notInitialized();
    return null;
  }
  const sharedUrl = URL.createObjectURL(new Blob([shared]));
  setWasmPaths(Object.fromEntries(TFJS_MODULES.map((name) => [name, sharedUrl])), true);
  const isOpen = await tf.setBackend("wasm");
  URL.revokeObjectURL(sharedUrl);
  if (!isOpen) throw notInitialized();
  return startHelper;
}

async function readModule(url: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await (await fetch(url)).arrayBuffer());
}

/** Every module for which tfjs asks where it is; it takes the second. */
const TFJS_MODULES = [
  "tfjs-backend-wasm.wasm",
  "tfjs-backend-wasm-simd.wasm",
  "tfjs-backend-wasm-threaded-simd.wasm",
];

function notInitialized(): InputError {
  return new InputError("Cannot open backend wasm as tfjs must initialize it: it does not");
}

async function checkReadable(url: string): Promise<void> {
  try {
    await Deno.stat(new URL(url));
  } catch (error) {
    const hint = error instanceof Deno.errors.NotCapable ? "; allow it with --allow-read" : "";
    throw new InputError(
      `Cannot open backend wasm as ${new URL(url).pathname} must be readable: it is not${hint}`,
    );
  }
}
