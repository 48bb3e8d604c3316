/** Proves that a TensorFlow trains: one real step of a small network. */

import * as tf from "@tensorflow/tfjs";
import { adamwUpdate } from "../backend/ops/adamw_update.ts";
import { convBiasRelu } from "../backend/ops/conv2d_bias_relu.ts";

/** Loss before and after the step. */
export interface TrainingStepCheck {
  readonly lossBefore: number;
  readonly lossAfter: number;
}

const STEP = {
  learningRate: 0.01,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 1e-4,
  step: 1,
  clipValue: 10,
};

/**
 * Trains a convolution of 3 x 3 for one step of AdamW on the current backend: images of noise are to become zeros.
 *
 * @throws {Error} If the loss does not fall, or an op fails.
 */
export function checkTrainingStep(): TrainingStepCheck {
  return tf.tidy(() => {
    const images = tf.randomNormal([2, 8, 8, 3], 0, 1, "float32", 1) as tf.Tensor4D;
    const filter = tf.randomNormal([3, 3, 3, 4], 0, 0.2, "float32", 2) as tf.Tensor4D;
    const bias = tf.fill([4], 0.1) as tf.Tensor1D;
    const measure = (filter: tf.Tensor) => {
      const options = { stride: 2, pad: 1, hasRelu: true };
      return tf.mean(tf.square(convBiasRelu(images, filter as tf.Tensor4D, bias, options)));
    };
    const { value, grad } = tf.valueAndGrad(measure)(filter);
    const moments = { firstMoment: tf.zerosLike(filter), secondMoment: tf.zerosLike(filter) };
    const [updated] = adamwUpdate({ parameter: filter, gradient: grad, ...moments }, STEP);
    const [lossBefore, lossAfter] = [value, measure(updated)]
      .map((loss) => loss.dataSync()[0]!) as [number, number];
    if (lossAfter < lossBefore) return { lossBefore, lossAfter };
    throw new Error(
      `Cannot trust backend as a training step must lower the loss: ${lossBefore} became ${lossAfter}`,
    );
  }) as unknown as TrainingStepCheck;
}
