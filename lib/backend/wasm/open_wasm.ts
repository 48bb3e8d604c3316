/** Backend `wasm`: tfjs's WebAssembly with SIMD, one thread, and our own module for what it lacks or does slowly. */

import * as tf from "@tensorflow/tfjs";
import { InputError } from "../../errors.ts";
import type { PlainBackend } from "../backend.ts";
import { openModule } from "./open_module.ts";
import { registerKernels } from "./register_kernels.ts";

let hasKernels = false;

/**
 * Opens backend `wasm`. Works in a Web Worker as well; every worker has its own memory.
 *
 * @throws {InputError} If the package's file cannot be read; the message names it.
 */
export async function openWasm(): Promise<PlainBackend> {
  if (tf.findBackend("wasm") === null) {
    // Where the package manager put it; a literal, as publishing rewrites no other.
    const url = import.meta.resolve(
      "@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm",
    );
    await checkReadable(url);
    const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
    setWasmPaths(new URL(".", url).href);
  }
  if (!await tf.setBackend("wasm")) {
    throw new InputError("Cannot open backend wasm as tfjs must initialize it: it does not");
  }
  if (!hasKernels) registerKernels(await openModule());
  hasKernels = true;
  return {
    name: "wasm",
    version: tf.version.tfjs,
    device: `${Deno.build.arch} ${Deno.build.os}, SIMD`,
    deviceKind: "cpu",
    threads: 1,
  };
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
