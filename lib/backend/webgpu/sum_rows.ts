/** Sums over all axes but the last, without transposing. */

import type * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { type MapFormula, mapNumbers } from "./map_program.ts";

/** What is summed. */
export interface RowFormula {
  /** Unique among all programs. */
  readonly name: string;
  readonly inputNames: readonly string[];
  readonly numberNames?: readonly string[];
  /** WGSL expression; `i` is the place in [n, C], `c` the channel. */
  readonly term: string;
}

/** What is given to a row formula. */
export interface RowInputs {
  /** In the order of `inputNames`. */
  readonly tensors: readonly tf.TensorInfo[];
  /** In the order of `numberNames`. */
  readonly numbers?: readonly number[];
  /** n. */
  readonly rowCount: number;
  /** C. */
  readonly channelCount: number;
  /** Factor of the sums. @default 1 */
  readonly scale?: number;
}

const PARTIAL: RowFormula = { name: "partial", inputNames: ["x"], term: "x[i]" };

/**
 * Sums a formula over the n rows of [n, C], in two steps: sqrt(n) partial sums of every sqrt(n)-th row, and their sum. The
 * order is fixed, so reruns give the same bits.
 *
 * @returns [C]; the caller disposes it.
 */
export function sumRows(
  backend: WebGPUBackend,
  formula: RowFormula,
  { tensors, numbers = [], rowCount, channelCount, scale = 1 }: RowInputs,
): tf.TensorInfo {
  const groupCount = Math.ceil(Math.sqrt(rowCount));
  const partial = mapNumbers(backend, summing(formula), {
    tensors,
    numbers: [1, ...numbers],
    counts: [rowCount * channelCount, groupCount * channelCount, channelCount],
  }, [groupCount, channelCount]);
  const sum = mapNumbers(backend, summing(PARTIAL), {
    tensors: [partial],
    numbers: [scale],
    counts: [groupCount * channelCount, channelCount, channelCount],
  }, [channelCount]);
  backend.disposeData(partial.dataId);
  return sum;
}

function summing({ name, inputNames, numberNames = [], term }: RowFormula): MapFormula {
  return {
    name: `sum_${name}`,
    inputNames,
    numberNames: ["factor", ...numberNames],
    countNames: ["entryCount", "stepCount", "channelCount"],
    code: `
      let c = index % uniforms.channelCount;
      var sum = 0.0;
      for (var i = index; i < uniforms.entryCount; i = i + uniforms.stepCount) {
        sum = sum + ${term};
      }
      result[index] = sum * uniforms.factor;`,
  };
}
