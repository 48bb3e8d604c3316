/**
 * Kernels `ScaledLayerNorm`, its gradient, `SumRows` and `SoftmaxGradient`: one pass, where tfjs's ops go over all rows for each step of
 * the formula. Layer norms of short rows are left to tfjs's ops: there is little to gain, and small networks keep their bits.
 */

import * as tf from "@tensorflow/tfjs";
import {
  composeScaledLayerNorm,
  composeScaledLayerNormGradient,
  SCALED_LAYER_NORM,
  SCALED_LAYER_NORM_GRADIENT,
} from "../ops/scaled_layer_norm.ts";
import { SOFTMAX_GRADIENT } from "../ops/softmax.ts";
import { composeSumRows, SUM_ROWS } from "../ops/sum_rows.ts";
import type { ComposedKernel } from "../ops/run_kernel.ts";
import { FLOAT_BYTES } from "./conv_geometry.ts";
import type { KernelCall } from "./kernel_threads.ts";
import type { WasmModule } from "./open_module.ts";
import { runParts } from "./split_work.ts";

/** About how many multiplications an entry is worth. */
const ENTRY_WORK = 24;
/** Entries of a row below which tfjs's ops take part. */
const LEAST_WIDTH = 128;

type Tensors = Record<string, tf.TensorInfo>;
type Attrs = Record<string, unknown>;
type Run = (module: WasmModule, inputs: Tensors, attrs: Attrs) => tf.TensorInfo[];

/** Kernel `ScaledLayerNorm`. */
export function createScaledLayerNorm(module: WasmModule): tf.KernelConfig {
  return createForLongRows(module, SCALED_LAYER_NORM, composeScaledLayerNorm, normalize);
}

/** Kernel `ScaledLayerNormGradient`. */
export function createScaledLayerNormGradient(module: WasmModule): tf.KernelConfig {
  const compose = composeScaledLayerNormGradient;
  return createForLongRows(module, SCALED_LAYER_NORM_GRADIENT, compose, normalizeBack);
}

/** Kernel `SumRows`. */
export function createSumRows(module: WasmModule): tf.KernelConfig {
  return createForLongRows(module, SUM_ROWS, composeSumRows, sum);
}

/** Kernel `SoftmaxGradient`. */
export function createSoftmaxGradient(module: WasmModule): tf.KernelConfig {
  return {
    kernelName: SOFTMAX_GRADIENT,
    backendName: "wasm",
    kernelFunc({ inputs }) {
      const { y, dy } = inputs as Record<"y" | "dy", tf.TensorInfo>;
      const out = module.createTensor(y.shape);
      const [from, upstream, to] = [y, dy, out].map(module.addressOf) as Three;
      runRows(module, y, ({ skipped, rowCount, width }) => [
        "softmaxGradient",
        ...[from + skipped, upstream + skipped, rowCount, width, to + skipped] as const,
      ]);
      return out;
    },
  };
}

/** A kernel with input x [..., F], for rows that are long enough; `compose` for others. */
function createForLongRows(
  module: WasmModule,
  kernelName: string,
  compose: ComposedKernel,
  run: Run,
): tf.KernelConfig {
  return {
    kernelName,
    backendName: "wasm",
    kernelFunc({ inputs, attrs = {} }) {
      if (inputs.x!.shape.at(-1)! >= LEAST_WIDTH) return run(module, inputs as Tensors, attrs);
      return tf.tidy(() => compose(inputs as Record<string, tf.Tensor>, attrs));
    },
  };
}

function normalize(module: WasmModule, { x, scale, shift }: Tensors, attrs: Attrs) {
  const out = module.createTensor(x!.shape);
  const [from, factor, added, to] = [x!, scale!, shift!, out].map(module.addressOf) as Four;
  runRows(module, x!, ({ skipped, rowCount, width }) => [
    "normalizeRows",
    ...[from + skipped, factor, added, rowCount, width] as const,
    ...[attrs.epsilon as number, to + skipped] as const,
  ]);
  return [out];
}

function normalizeBack(module: WasmModule, { x, scale, dy }: Tensors, attrs: Attrs) {
  const outputs = [x!.shape, x!.shape].map(module.createTensor);
  const [toDx, toAlong] = outputs.map(module.addressOf) as [number, number];
  const [from, factor, upstream] = [x!, scale!, dy!].map(module.addressOf) as Three;
  runRows(module, x!, ({ skipped, rowCount, width }) => [
    "normalizeRowsGradient",
    ...[from + skipped, factor, upstream + skipped, rowCount, width] as const,
    ...[attrs.epsilon as number, toDx + skipped, toAlong + skipped] as const,
  ]);
  return outputs;
}

function sum({ kernels, addressOf, createTensor }: WasmModule, { x }: Tensors) {
  const { width, rowCount } = countRows(x!);
  const out = createTensor([width]);
  kernels.sumChannels(addressOf(x!), rowCount, width, 1, addressOf(out));
  return [out];
}

type Three = [number, number, number];
type Four = [number, number, number, number];

/** Some rows of a tensor [..., F]. */
interface Rows {
  /** Bytes of the rows before them. */
  readonly skipped: number;
  readonly rowCount: number;
  /** F. */
  readonly width: number;
}

function runRows(module: WasmModule, x: tf.TensorInfo, callOf: (rows: Rows) => KernelCall): void {
  const { width, rowCount } = countRows(x);
  const work = rowCount * width * ENTRY_WORK;
  runParts(
    module,
    { count: rowCount, work },
    ({ start, count }) => callOf({ skipped: start * width * FLOAT_BYTES, rowCount: count, width }),
  );
}

function countRows({ shape }: tf.TensorInfo) {
  return { width: shape.at(-1)!, rowCount: tf.util.sizeFromShape(shape.slice(0, -1)) };
}
