/**
 * Our WebAssembly module: training kernels that tfjs's wasm backend lacks or does slowly. It works in tfjs's own memory, allocates
 * nothing and has no static data: every address is an argument.
 *
 * Its source is `kernels/*.ts`, in AssemblyScript (TypeScript's syntax), with SIMD and relaxed SIMD (fused multiply-add). After a
 * change, build with `deno task kernels` and commit `kernels.wasm` and its record too.
 */

import * as tf from "@tensorflow/tfjs";
import { declareShared } from "./declare_shared.ts";
import type { Address, Kernels } from "./kernel_functions.ts";
import { KernelThreads, type StartHelper } from "./kernel_threads.ts";
import { warnAlone } from "./start_helper.ts";

/** What we use of tfjs's wasm backend. */
interface TfjsWasm extends tf.KernelBackend {
  readonly wasm: {
    readonly asm: { readonly memory: WebAssembly.Memory };
    _malloc(byteCount: number): number;
    _free(address: Address): void;
  };
  readonly dataIdMap: { get(id: object): { memoryOffset: number } };
  makeOutput(shape: readonly number[], dtype: tf.DataType): tf.TensorInfo;
}

/** Our kernels bound to the memory of one backend. */
export interface WasmModule {
  readonly kernels: Kernels;
  /** What runs the parts of a kernel. */
  readonly threads: KernelThreads;
  /** Address of a tensor's values. */
  addressOf(tensor: tf.TensorInfo): Address;
  /** The values of a small tensor of float32. */
  read(tensor: tf.TensorInfo): number[];
  /** A new tensor of float32, not initialized. */
  createTensor(shape: readonly number[]): tf.TensorInfo;
  /**
   * Addresses of scratch areas of the given sizes in bytes, each aligned to 64. They are one buffer that stays allocated: a call
   * overwrites the areas of the call before.
   */
  reserve(...byteCounts: readonly number[]): Address[];
}

/**
 * Instantiates our module in the memory of tfjs's wasm backend, which must be the current one.
 *
 * @param startHelper What starts another thread, where that memory is shared.
 * @throws {Error} If the module's file cannot be read.
 */
export async function openModule(startHelper: StartHelper | null): Promise<WasmModule> {
  const backend = tf.backend() as TfjsWasm;
  const { wasm } = backend;
  const { memory } = wasm.asm;
  const response = await fetch(new URL("./kernels.wasm", import.meta.url));
  const binary = new Uint8Array(await response.arrayBuffer());
  const compiled = await WebAssembly.compile(startHelper ? declareShared(binary)! : binary);
  const { exports } = await WebAssembly.instantiate(compiled, { env: { memory } });
  const scratch = { address: 0, byteCount: 0 };
  const addressOf = (tensor: tf.TensorInfo) => backend.dataIdMap.get(tensor.dataId).memoryOffset;
  return {
    kernels: exports as unknown as Kernels,
    threads: new KernelThreads(exports, compiled, memory, startHelper, warnAlone),
    addressOf,
    read: (tensor) => {
      const count = tensor.shape.reduce((product, extent) => product * extent, 1);
      return [...new Float32Array(memory.buffer, addressOf(tensor), count)];
    },
    createTensor: (shape) => backend.makeOutput(shape, "float32"),
    reserve(...byteCounts) {
      const sizes = byteCounts.map((count) => Math.ceil(count / 64) * 64);
      const total = sizes.reduce((sum, size) => sum + size, 0) + 128; // alignment, and reads beyond the end
      if (total > scratch.byteCount) {
        if (scratch.byteCount > 0) wasm._free(scratch.address);
        scratch.byteCount = total;
        scratch.address = wasm._malloc(total) >>> 0;
        if (scratch.address === 0) {
          throw new RangeError(
            `Cannot reserve scratch memory as it must fit in 4 GiB: it is ${total} bytes`,
          );
        }
      }
      let next = Math.ceil(scratch.address / 64) * 64;
      return sizes.map((size) => (next += size) - size);
    },
  };
}
