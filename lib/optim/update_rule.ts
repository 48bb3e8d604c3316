/** The three update rules: what each keeps of a parameter between updates, and how it moves it. */

import * as tf from "@tensorflow/tfjs";
import { adamwUpdate } from "../backend/ops/adamw_update.ts";
import type { OptimizerName } from "./optimizer.ts";

/** One update of one parameter. */
export interface UpdateInputs {
  readonly parameter: tf.Tensor;
  /** Not clipped. */
  readonly gradient: tf.Tensor;
  /** One for each of the rule's state names, of the parameter's shape; zeros before the first update. */
  readonly state: readonly tf.Tensor[];
}

/** Numbers of one update. */
export interface UpdateOptions {
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly clipValue: number;
  /** Updates of this parameter, this one included. */
  readonly step: number;
}

/** What an update makes; the caller disposes it. */
export interface UpdateResult {
  readonly parameter: tf.Tensor;
  readonly state: readonly tf.Tensor[];
}

/** An update rule. */
export interface UpdateRule {
  /** Names of the tensors kept for each parameter. */
  readonly stateNames: readonly string[];
  readonly update: (inputs: UpdateInputs, options: UpdateOptions) => UpdateResult;
}

const BETA_1 = 0.9;
const BETA_2 = 0.999;
const EPSILON = 1e-8;
/** Of RMSprop's mean of squares. */
const SMOOTHING = 0.99;

/** The rules by name, with PyTorch's constants. */
export const UPDATE_RULES: Readonly<Record<OptimizerName, UpdateRule>> = {
  adamw: { stateNames: ["first_moment", "second_moment"], update: updateByAdamw },
  adam: { stateNames: ["first_moment", "second_moment"], update: updateByAdam },
  rmsprop: { stateNames: ["square_average"], update: updateByRmsprop },
};

/** See {@linkcode adamwUpdate}. */
function updateByAdamw(inputs: UpdateInputs, options: UpdateOptions): UpdateResult {
  const { parameter, gradient, state } = inputs;
  const [moved, first, second] = adamwUpdate(
    { parameter, gradient, firstMoment: state[0]!, secondMoment: state[1]! },
    { ...options, beta1: BETA_1, beta2: BETA_2, epsilon: EPSILON },
  );
  return { parameter: moved, state: [first, second] };
}

/**
 * Adam with the decay as a part of the gradient: AdamW without decay, on g = clip(gradient) + decay · p.
 *
 * Source: Kingma and Ba, arXiv:1412.6980; `torch.optim.Adam`.
 */
function updateByAdam(inputs: UpdateInputs, options: UpdateOptions): UpdateResult {
  const gradient = decayedGradient(inputs, options);
  return updateByAdamw({ ...inputs, gradient }, {
    ...options,
    weightDecay: 0,
    clipValue: Infinity,
  });
}

/**
 * RMSprop, neither centered nor with momentum. With rate λ, g = clip(gradient) + decay · p:
 *
 *     v ← 0.99 v + 0.01 g²,  p ← p - λ g / (sqrt(v) + ε)
 *
 * Source: Tieleman and Hinton, Coursera lecture 6.5 (2012); `torch.optim.RMSprop`.
 */
function updateByRmsprop(inputs: UpdateInputs, options: UpdateOptions): UpdateResult {
  const gradient = decayedGradient(inputs, options);
  const average = tf.add(
    tf.mul(inputs.state[0]!, SMOOTHING),
    tf.mul(tf.square(gradient), 1 - SMOOTHING),
  );
  const direction = tf.div(gradient, tf.add(tf.sqrt(average), EPSILON));
  const parameter = tf.sub(inputs.parameter, tf.mul(direction, options.learningRate));
  return { parameter, state: [average] };
}

/** clip(gradient) + decay · p. */
function decayedGradient(inputs: UpdateInputs, options: UpdateOptions): tf.Tensor {
  const { clipValue, weightDecay } = options;
  const clipped = Number.isFinite(clipValue)
    ? tf.clipByValue(inputs.gradient, -clipValue, clipValue)
    : inputs.gradient;
  return tf.add(clipped, tf.mul(inputs.parameter, weightDecay));
}
