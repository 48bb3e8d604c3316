/** Kernels `Transpose`, `Slice` and `Unpack`: copies of whole rows, where tfjs finds each number by its coordinates or copies all first. */

import * as tf from "@tensorflow/tfjs";
import { FLOAT_BYTES } from "./conv_geometry.ts";
import type { KernelCall } from "./kernel_threads.ts";
import type { Address } from "./kernel_functions.ts";
import { splitRange } from "./multiply_parts.ts";
import type { WasmModule } from "./open_module.ts";

/** About how many multiplications copying an entry is worth. */
const ENTRY_WORK = 16;

/** An axis of what is to be copied. */
interface ViewAxis {
  readonly size: number;
  /** Bytes from an entry to the next. */
  readonly stride: number;
}

/** Kernel `Transpose`; where the last axis moves, tfjs's. */
export function createTranspose(module: WasmModule): tf.KernelConfig {
  const { kernelFunc: transpose } = tf.getKernel(tf.Transpose, "wasm")!;
  return {
    kernelName: tf.Transpose,
    backendName: "wasm",
    kernelFunc(call) {
      const x = call.inputs.x!;
      const { perm } = call.attrs as unknown as { readonly perm: readonly number[] };
      if (x.dtype !== "float32" || perm.at(-1) !== perm.length - 1) return transpose(call);
      const axes = listAxes(x.shape);
      return copyView(module, x, 0, perm.map((axis) => axes[axis]!));
    },
  };
}

/** Kernel `Slice`. */
export function createSlice(module: WasmModule): tf.KernelConfig {
  const { kernelFunc: slice } = tf.getKernel(tf.Slice, "wasm")!;
  return {
    kernelName: tf.Slice,
    backendName: "wasm",
    kernelFunc(call) {
      const x = call.inputs.x!;
      if (x.dtype !== "float32") return slice(call);
      const { begin, size } = call.attrs as unknown as Record<"begin" | "size", number[]>;
      const [from, sizes] = tf.slice_util.parseSliceParams(x as tf.Tensor, begin, size) as [
        number[],
        number[],
      ];
      tf.slice_util.assertParamsValid(x as tf.Tensor, from, sizes);
      const axes = listAxes(x.shape);
      const start = axes.reduce((sum, { stride }, axis) => sum + from[axis]! * stride, 0);
      return copyView(module, x, start, axes.map(({ stride }, i) => ({ size: sizes[i]!, stride })));
    },
  };
}

/** Kernel `Unpack`. */
export function createUnpack(module: WasmModule): tf.KernelConfig {
  const { kernelFunc: unpack } = tf.getKernel(tf.Unpack, "wasm")!;
  return {
    kernelName: tf.Unpack,
    backendName: "wasm",
    kernelFunc(call) {
      const x = call.inputs.value!;
      if (x.dtype !== "float32") return unpack(call);
      const [axis] = tf.util.parseAxisParam((call.attrs as { axis: number }).axis, x.shape);
      const axes = listAxes(x.shape);
      const { size, stride } = axes.splice(axis!, 1)[0]!;
      return Array.from({ length: size }, (_, i) => copyView(module, x, i * stride, axes));
    },
  };
}

/** The axes of a dense tensor. */
function listAxes(shape: readonly number[]): ViewAxis[] {
  const strides = tf.util.computeStrides([...shape, 1]); // the last one's too
  return shape.map((size, axis) => ({ size, stride: strides[axis]! * FLOAT_BYTES }));
}

/**
 * A dense tensor of the entries that the axes tell.
 *
 * @param start Bytes from the first entry of `x` to the first of them.
 * @param axes In the order of the result, with strides in `x`.
 */
function copyView(
  module: WasmModule,
  x: tf.TensorInfo,
  start: number,
  axes: readonly ViewAxis[],
): tf.TensorInfo {
  const { threads, addressOf, createTensor } = module;
  const shape = axes.map(({ size }) => size);
  const out = createTensor(shape);
  const entryCount = tf.util.sizeFromShape(shape);
  if (entryCount === 0) return out;
  const calls = listCopies(addressOf(x) + start, addressOf(out), axes);
  const parts = splitRange(calls.length, 1, threads.countParts(entryCount * ENTRY_WORK));
  threads.run(parts.map(({ start, count }) => calls.slice(start, start + count)));
  return out;
}

/** Copies of rows of contiguous bytes: along the longest axis by one call, along the others by one each. */
function listCopies(source: Address, target: Address, axes: readonly ViewAxis[]): KernelCall[] {
  const outer = mergeAxes([...axes, { size: FLOAT_BYTES, stride: 1 }]);
  const rowBytes = outer.pop()!.size;
  const sizes = outer.map(({ size }) => size);
  const targetStrides = sizes.map((_, axis) =>
    rowBytes * tf.util.sizeFromShape(sizes.slice(axis + 1))
  );
  const longest = sizes.indexOf(Math.max(...sizes));
  let places: [source: Address, target: Address][] = [[source, target]];
  outer.forEach(({ size, stride }, axis) => {
    if (axis === longest) return;
    places = places.flatMap(([from, to]) =>
      Array.from(
        { length: size },
        (_, i): typeof places[0] => [from + i * stride, to + i * targetStrides[axis]!],
      )
    );
  });
  const [rowCount, ...strides] = longest < 0
    ? [1, 0, 0] as const
    : [sizes[longest]!, outer[longest]!.stride, targetStrides[longest]!] as const;
  return places.map(([from, to]) => ["copyRows", from, to, rowCount, rowBytes, ...strides]);
}

/** The same entries by as few axes as can be: those of one entry are left out, and those that follow one another in memory are one. */
function mergeAxes(axes: readonly ViewAxis[]): ViewAxis[] {
  const merged: ViewAxis[] = [];
  for (const { size, stride } of axes) {
    const outer = merged.at(-1);
    if (size === 1) continue;
    if (outer?.stride === size * stride) {
      merged[merged.length - 1] = { size: outer.size * size, stride };
    } else merged.push({ size, stride });
  }
  return merged;
}
