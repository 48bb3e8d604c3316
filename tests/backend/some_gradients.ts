/** A small computation that two threads can compare. */

import * as tf from "@tensorflow/tfjs";
import { goldenTensor } from "../support/generator.ts";

/** Gradients of the sum of a squared convolution on the current backend, filter then image. */
export function computeGradients(): number[] {
  return tf.tidy(() => {
    const filter = tf.tensor4d(goldenTensor([3, 3, 4, 8], 50), [3, 3, 4, 8]);
    const image = tf.tensor4d(goldenTensor([2, 6, 6, 4], 51), [2, 6, 6, 4]);
    const loss = (filter: tf.Tensor, image: tf.Tensor) =>
      tf.sum(tf.square(tf.conv2d(image as tf.Tensor4D, filter as tf.Tensor4D, 2, 1)));
    return tf.grads(loss)([filter, image]).flatMap((gradient) => [...gradient.dataSync()]);
  });
}
