/** The tensor types of public signatures, as tfjs has them. */

import type * as tf from "@tensorflow/tfjs";

/** A tensor of any rank. */
export type Tensor = tf.Tensor;
/** A number in a tensor. */
export type Scalar = tf.Scalar;
/** Rows and columns, such as embeddings [B, D]. */
export type Tensor2D = tf.Tensor2D;
/** Images [B, H, W, 3] or filters [H, W, I, O]. */
export type Tensor4D = tf.Tensor4D;
/** A tensor that training changes. */
export type Variable = tf.Variable;
/** A matrix that training changes, such as proxies [C, D]. */
export type Variable2D = Variable & Tensor2D;
