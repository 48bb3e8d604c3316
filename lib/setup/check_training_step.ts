/** Proves that a TensorFlow trains: one real step of a small network with every kind of op that the backbones use. */

import * as tf from "@tensorflow/tfjs";
import { adamwUpdate } from "../backend/ops/adamw_update.ts";
import { batchNormTrain } from "../backend/ops/batch_norm_train.ts";
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

/** Shapes of what is trained: three filters and a matrix, with a bias for each filter, scale and shift of a batch norm. */
const SHAPES = {
  stem: [3, 3, 3, 4],
  block: [3, 3, 4, 4],
  end: [1, 1, 4, 4],
  product: [4, 4],
  stemBias: [4],
  blockBias: [4],
  endBias: [4],
  scale: [4],
  shift: [4],
} as const;

type Parameters = Readonly<Record<keyof typeof SHAPES, tf.Tensor>>;

/**
 * Trains for one step of AdamW on the current backend: images of noise are to become zeros.
 *
 * @throws {Error} If the loss does not fall, a gradient is not finite or all zeros, or an op fails.
 */
export function checkTrainingStep(): TrainingStepCheck {
  return tf.tidy(() => {
    const images = noise([4, 9, 9, 3], 1, 1) as tf.Tensor4D; // odd, so that padding differs before and after
    const names = Object.keys(SHAPES) as (keyof typeof SHAPES)[];
    const initial = names.map((name, i) => noise(SHAPES[name], 0.3, i + 2));
    const measure = (...values: tf.Tensor[]) => {
      const parameters = Object.fromEntries(names.map((name, i) => [name, values[i]!]));
      return measureLoss(images, parameters as unknown as Parameters);
    };
    const { value, grads } = tf.valueAndGrads(measure)(initial);
    grads.forEach((gradient, i) => checkGradient(names[i]!, gradient));
    const updated = initial.map((parameter, i) => {
      const moments = {
        firstMoment: tf.zerosLike(parameter),
        secondMoment: tf.zerosLike(parameter),
      };
      return adamwUpdate({ parameter, gradient: grads[i]!, ...moments }, STEP)[0];
    });
    const [lossBefore, lossAfter] = [value, measure(...updated)]
      .map((loss) => loss.dataSync()[0]!) as [number, number];
    if (lossAfter < lossBefore) return { lossBefore, lossAfter };
    throw new Error(
      `Cannot trust backend as a training step must lower the loss: ${lossBefore} became ${lossAfter}`,
    );
  }) as unknown as TrainingStepCheck;
}

function noise(shape: readonly number[], deviation: number, seed: number): tf.Tensor {
  return tf.randomNormal([...shape], 0, deviation, "float32", seed);
}

/**
 * A stem with a ReLU, a block with a residual, a linear end, a trained batch norm, pools of both kinds, and products with a
 * softmax between them, as attention has it; the mean of squares of what comes out.
 */
function measureLoss(images: tf.Tensor4D, parameters: Parameters): tf.Scalar {
  const { stem, block, end, product, stemBias, blockBias, endBias, scale, shift } = parameters;
  const convolve = (x: tf.Tensor, filter: tf.Tensor, bias: tf.Tensor, options: object) =>
    convBiasRelu(x as tf.Tensor4D, filter as tf.Tensor4D, bias as tf.Tensor1D, {
      stride: 1,
      pad: 1,
      hasRelu: true,
      ...options,
    });
  const first = convolve(images, stem, stemBias, { stride: 2 }); // [4, 5, 5, 4]
  const second = convolve(first, block, blockBias, { residual: first });
  const third = convolve(second, end, endBias, { pad: 0, hasRelu: false });
  const { y } = batchNormTrain(third, scale as tf.Tensor1D, shift as tf.Tensor1D, 1e-5);
  const largest = tf.maxPool(y as tf.Tensor4D, 3, 2, 1, "floor"); // [4, 3, 3, 4]
  const averaged = tf.avgPool(largest, 2, 1, "valid"); // [4, 2, 2, 4]
  const rows = tf.reshape(averaged, [4, 4, 4]);
  const mixed = tf.matMul(tf.softmax(tf.matMul(rows, rows, false, true)), rows);
  return tf.mean(tf.square(tf.matMul(tf.reshape(mixed, [16, 4]), product as tf.Tensor2D)));
}

function checkGradient(name: string, gradient: tf.Tensor): void {
  const values = gradient.dataSync();
  if (values.every(Number.isFinite) && values.some((value) => value !== 0)) return;
  const found = values.every(Number.isFinite) ? "all zeros" : "not";
  throw new Error(`Cannot trust backend as the gradient of ${name} must be finite: it is ${found}`);
}
