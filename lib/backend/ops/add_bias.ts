/** The ends of linear layers, in one pass where a region of low precision would cast before and after. */

import * as tf from "@tensorflow/tfjs";
import { fuse, type FusedOps } from "./fuse.ts";
import { sumRows } from "./sum_rows.ts";

const ADD_BIAS: FusedOps = {
  name: "add_bias",
  body: ([product, bias]) => [tf.add(product!, bias!)],
  isMultiplied: true,
  savesCasts: true,
};

const ADD_BIAS_TO: FusedOps = {
  name: "add_bias_to",
  body: ([base, product, bias]) => [tf.add(base!, tf.add(product!, bias!))],
  savesCasts: true,
};

/**
 * product + bias, for a result that goes into products.
 *
 * @param product [N, O]
 * @param bias [O]
 * @returns [N, O]. The caller disposes it.
 */
export function addBias(product: tf.Tensor, bias: tf.Tensor): tf.Tensor {
  const run = tf.customGrad((...args) => ({
    value: fuse(ADD_BIAS, args.slice(0, 2) as tf.Tensor[])[0]!,
    gradFunc: (dy: tf.Tensor) => [dy, sumRows(dy)],
  }));
  return run(product, bias);
}

/**
 * base + (product + bias).
 *
 * @param base [N, O]
 * @param product [N, O]
 * @param bias [O]
 * @returns [N, O]. The caller disposes it.
 */
export function addBiasTo(base: tf.Tensor, product: tf.Tensor, bias: tf.Tensor): tf.Tensor {
  const run = tf.customGrad((...args) => ({
    value: fuse(ADD_BIAS_TO, args.slice(0, 3) as tf.Tensor[])[0]!,
    gradFunc: (dy: tf.Tensor) => [dy, dy.clone(), sumRows(dy)],
  }));
  return run(base, product, bias);
}
