/**
 * Our WebAssembly module: training kernels that tfjs's wasm backend lacks or does slowly. It works in tfjs's own memory, allocates
 * nothing and has no static data: every address is an argument.
 *
 * Its source is `kernels/*.ts`, in AssemblyScript (TypeScript's syntax), with SIMD and relaxed SIMD (fused multiply-add). After a
 * change, build with `deno task kernels` and commit `kernels.wasm` and its record too.
 */

import * as tf from "@tensorflow/tfjs";

/** An address in the memory of tfjs's wasm backend, in bytes. */
export type Address = number;

/** The module's functions; their sources in `kernels/` say what the arguments are. */
export interface Kernels {
  multiplyRows(
    a: Address,
    offsets: Address,
    rowCount: number,
    segmentCount: number,
    segmentStride: number,
    segmentLength: number,
    panels: Address,
    columnCount: number,
    out: Address,
    bias: Address,
    residual: Address,
    hasRelu: boolean,
    scratch: Address,
  ): void;
  packPanels(
    source: Address,
    target: Address,
    kStart: number,
    kCount: number,
    kTotal: number,
    columnCount: number,
    strideK: number,
    strideN: number,
  ): void;
  accumulateOuter(
    a: Address,
    offsets: Address,
    rowCount: number,
    segmentCount: number,
    segmentStride: number,
    segmentLength: number,
    b: Address,
    columnCount: number,
    sums: Address,
  ): void;
  writeOffsets(
    offsets: Address,
    batchSize: number,
    height: number,
    width: number,
    start: number,
    imageStride: number,
    rowStride: number,
    columnStride: number,
  ): void;
  padImages(
    source: Address,
    target: Address,
    batchSize: number,
    height: number,
    width: number,
    channelBytes: number,
    top: number,
    left: number,
    paddedHeight: number,
    paddedWidth: number,
  ): void;
  copyRows(
    source: Address,
    target: Address,
    rowCount: number,
    rowBytes: number,
    sourceStride: number,
    targetStride: number,
  ): void;
  fillZeros(target: Address, byteCount: number): void;
  transpose(source: Address, target: Address, rowCount: number, columnCount: number): void;
  sumChannels(
    x: Address,
    rowCount: number,
    channelCount: number,
    factor: number,
    out: Address,
  ): void;
  computeVariance(
    x: Address,
    mean: Address,
    rowCount: number,
    channelCount: number,
    variance: Address,
  ): void;
  normalizeChannels(
    x: Address,
    rowCount: number,
    channelCount: number,
    center: Address,
    factor: Address,
    shift: Address,
    out: Address,
  ): void;
  sumProducts(
    dy: Address,
    x: Address,
    center: Address,
    rowCount: number,
    channelCount: number,
    sums: Address,
  ): void;
  computeFactors(
    variance: Address,
    scale: Address,
    channelCount: number,
    epsilon: number,
    factor: Address,
  ): void;
  combineGradient(
    dy: Address,
    x: Address,
    center: Address,
    a: Address,
    b: Address,
    d: Address,
    rowCount: number,
    channelCount: number,
    dx: Address,
  ): void;
  computeGradientFactors(
    variance: Address,
    scale: Address,
    dShift: Address,
    sums: Address,
    rowCount: number,
    channelCount: number,
    epsilon: number,
    a: Address,
    b: Address,
    d: Address,
  ): void;
  routeToMaximum(
    x: Address,
    y: Address,
    dy: Address,
    dx: Address,
    batchSize: number,
    height: number,
    width: number,
    channelCount: number,
    outHeight: number,
    outWidth: number,
    filterHeight: number,
    filterWidth: number,
    strideHeight: number,
    strideWidth: number,
    top: number,
    left: number,
  ): void;
  gateByPositive(dy: Address, y: Address, out: Address, count: number): void;
  updateAdamw(
    p: Address,
    g: Address,
    m: Address,
    v: Address,
    count: number,
    beta1: number,
    rest1: number,
    beta2: number,
    rest2: number,
    epsilon: number,
    keep: number,
    stepSize: number,
    rootScale: number,
    clip: number,
    nextP: Address,
    nextM: Address,
    nextV: Address,
  ): void;
}

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
 * @throws {Error} If the module's file cannot be read.
 */
export async function openModule(): Promise<WasmModule> {
  const backend = tf.backend() as TfjsWasm;
  const { wasm } = backend;
  const response = await fetch(new URL("./kernels.wasm", import.meta.url));
  const { instance } = await WebAssembly.instantiate(await response.arrayBuffer(), {
    env: { memory: wasm.asm.memory },
  });
  const scratch = { address: 0, byteCount: 0 };
  const addressOf = (tensor: tf.TensorInfo) => backend.dataIdMap.get(tensor.dataId).memoryOffset;
  return {
    kernels: instance.exports as unknown as Kernels,
    addressOf,
    read: (tensor) => {
      const count = tensor.shape.reduce((product, extent) => product * extent, 1);
      return [...new Float32Array(wasm.asm.memory.buffer, addressOf(tensor), count)];
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
