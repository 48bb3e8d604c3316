/** Whether the library has oneDNN's fused layers, and computes right with them. */

import * as tf from "@tensorflow/tfjs";
import { compileFunction } from "../compile.ts";
import { linearGelu } from "../ops/linear_gelu.ts";
import { scaledLayerNorm } from "../ops/scaled_layer_norm.ts";

/** gelu of 1 and of -1, then two rows normalized. */
const EXPECTED = [[0.8413447, -0.1586553], [-1, 1, 1, -1]];
const EPSILON = 1e-6;
const TOLERANCE = 1e-4;

/**
 * Compiles both layers, and compares.
 *
 * @returns False where TensorFlow refuses one, as without oneDNN (`TF_ENABLE_ONEDNN_OPTS=0`, other processors, old releases).
 */
export async function computesFusedLayers(): Promise<boolean> {
  const inputs = [tf.tensor2d([[1, 2], [2, 1]]), tf.tensor1d([1, 1]), tf.tensor1d([0, 0])];
  const weight = tf.tensor2d([[1, 0], [-1, 0]]);
  const compiled = compileFunction(([rows, ones, zeros, weight]) => [
    linearGelu(rows as tf.Tensor2D, weight as tf.Tensor2D, zeros as tf.Tensor1D),
    scaledLayerNorm(rows!, ones!, zeros!, {
      epsilon: EPSILON,
      isMultiplied: false,
      isRecorded: false,
    }),
  ], { name: "check_fused_layers", variables: [] });
  try {
    const outputs = compiled.run([...inputs, weight]);
    const values = await Promise.all(outputs.map((output) => output.data<"float32">()));
    tf.dispose(outputs);
    return EXPECTED.every((row, i) =>
      row.every((value, j) => Math.abs(values[i]![j]! - value) < TOLERANCE)
    );
  } catch {
    return false;
  } finally {
    compiled.dispose();
    tf.dispose([...inputs, weight]);
  }
}
