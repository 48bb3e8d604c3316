/** Kernels `Gelu`, `GeluGradient` and `LinearGelu`: tfjs's erf takes one number at a time, on one thread. */

import * as tf from "@tensorflow/tfjs";
import { activate, GELU, GELU_GRADIENT } from "../ops/gelu.ts";
import { LINEAR_GELU } from "../ops/linear_gelu.ts";
import { FLOAT_BYTES } from "./conv_geometry.ts";
import type { WasmModule } from "./open_module.ts";
import { runParts, type SplitWork } from "./split_work.ts";

/** About how many multiplications an entry is worth. */
const ENTRY_WORK = 32;
/** Entries that a kernel takes at a time. */
const ENTRY_BLOCK = 4;

/** x · Φ(x). */
export function createGelu(module: WasmModule): tf.KernelConfig {
  return {
    kernelName: GELU,
    backendName: "wasm",
    kernelFunc({ inputs }) {
      const x = inputs.x!;
      const out = module.createTensor(x.shape);
      const [from, to] = [module.addressOf(x), module.addressOf(out)];
      runParts(module, entriesOf(x), ({ start, count }) => {
        const skipped = start * FLOAT_BYTES;
        return ["gelu", from + skipped, to + skipped, count];
      });
      return out;
    },
  };
}

/** dy (Φ(x) + x · exp(-x² / 2) / √(2π)). */
export function createGeluGradient(module: WasmModule): tf.KernelConfig {
  return {
    kernelName: GELU_GRADIENT,
    backendName: "wasm",
    kernelFunc({ inputs }) {
      const { x, dy } = inputs as Record<"x" | "dy", tf.TensorInfo>;
      const out = module.createTensor(x.shape);
      const [at, upstream, to] = [x, dy, out].map(module.addressOf) as [number, number, number];
      runParts(module, entriesOf(x), ({ start, count }) => {
        const skipped = start * FLOAT_BYTES;
        return ["geluGradient", at + skipped, upstream + skipped, to + skipped, count];
      });
      return out;
    },
  };
}

/** The layer, then {@linkcode createGelu}. */
export function createLinearGelu(): tf.KernelConfig {
  return {
    kernelName: LINEAR_GELU,
    backendName: "wasm",
    kernelFunc: ({ inputs }) =>
      tf.tidy(() => {
        const { x, weight, bias } = inputs as unknown as {
          readonly x: tf.Tensor2D;
          readonly weight: tf.Tensor2D;
          readonly bias: tf.Tensor1D;
        };
        return activate(tf.add(tf.matMul(x, weight, false, true), bias));
      }),
  };
}

function entriesOf(x: tf.TensorInfo): SplitWork {
  const count = x.shape.reduce((product, extent) => product * extent, 1);
  return { count, step: ENTRY_BLOCK, work: count * ENTRY_WORK };
}
