/** Programs of one output: one thread for each of its numbers. */

import type * as tf from "@tensorflow/tfjs";
import {
  webgpu_util,
  type WebGPUBackend,
  type WebGPUProgram,
} from "@tensorflow/tfjs-backend-webgpu";

/** What a thread computes. */
export interface MapFormula {
  /** Unique among all programs: compiled code is kept under it. */
  readonly name: string;
  /** Names of the inputs in the code; each is a flat array. */
  readonly inputNames: readonly string[];
  /** Names of the real numbers in the code, as `uniforms.<name>`. */
  readonly numberNames?: readonly string[];
  /** Names of the whole numbers in the code, as `uniforms.<name>`. */
  readonly countNames?: readonly string[];
  /** WGSL statements; `index` is the place in the output, `result[index]` is to be set. */
  readonly code: string;
}

const THREADS: [number, number, number] = [64, 1, 1];

/** What a program is given. */
export interface MapInputs {
  /** In the order of `inputNames`. */
  readonly tensors: readonly tf.TensorInfo[];
  /** In the order of `numberNames`. */
  readonly numbers?: readonly number[];
  /** In the order of `countNames`. */
  readonly counts?: readonly number[];
}

/**
 * Runs a formula for every number of an output.
 *
 * @param shape Of the output, float32.
 * @returns The output; the caller disposes it.
 */
export function mapNumbers(
  backend: WebGPUBackend,
  formula: MapFormula,
  { tensors, numbers = [], counts = [] }: MapInputs,
  shape: readonly number[],
): tf.TensorInfo {
  const uniforms = [
    ...numbers.map((number) => ({ type: "float32", data: [number] })),
    ...counts.map((count) => ({ type: "int32", data: [count] })),
  ];
  return backend.runWebGPUProgram(createProgram(formula, shape), [...tensors], "float32", uniforms);
}

function createProgram(
  { name, inputNames, numberNames = [], countNames = [], code }: MapFormula,
  shape: readonly number[],
): WebGPUProgram {
  const dispatchLayout = webgpu_util.flatDispatchLayout([...shape]);
  return {
    shaderKey: `proxyan_${name}`,
    variableNames: [...inputNames],
    uniforms: [
      ...numberNames.map((number) => `${number} : f32, `),
      ...countNames.map((count) => `${count} : i32, `),
    ].join(""),
    size: true,
    workgroupSize: THREADS,
    outputShape: [...shape],
    dispatchLayout,
    dispatch: webgpu_util.computeDispatch(dispatchLayout, [...shape], THREADS),
    getUserCode: () => `fn main(index : i32) { if (index < uniforms.size) { ${code} } }`,
  };
}
