/** The three update rules: what each keeps of a parameter between updates, and how it moves it. */

import * as tf from "@tensorflow/tfjs";
import { adamwFactors, applyAdamw } from "../backend/ops/adamw_update.ts";
import type { OptimizerName } from "./optimizer_config.ts";

/** One update of one parameter. */
export interface UpdateInputs {
  readonly parameter: tf.Tensor;
  /** Not clipped. */
  readonly gradient: tf.Tensor;
  /** One for each of the rule's state names, of the parameter's shape; zeros before the first update. */
  readonly state: readonly tf.Tensor[];
}

/** Numbers that change from update to update. */
export interface UpdateMoment {
  readonly learningRate: number;
  readonly weightDecay: number;
  /** Updates of this parameter, this one included. */
  readonly step: number;
}

/** Numbers that stay. */
export interface UpdateConstants {
  readonly weightDecay: number;
  /** May be Infinity. */
  readonly clipValue: number;
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
  /** Everything about a moment that the update depends on. */
  readonly factors: (moment: UpdateMoment) => number[];
  /** The update, with those factors as a tensor [n], so that it can be compiled once for all moments. */
  readonly update: (
    inputs: UpdateInputs,
    factors: tf.Tensor1D,
    constants: UpdateConstants,
  ) => UpdateResult;
}

const BETA_1 = 0.9;
const BETA_2 = 0.999;
const EPSILON = 1e-8;
/** Of RMSprop's mean of squares. */
const SMOOTHING = 0.9;
/** Of RMSprop's directions. */
const MOMENTUM = 0.9;

/** The rules by name: AdamW and Adam with PyTorch's constants, RMSprop with the authors'. */
export const UPDATE_RULES: Readonly<Record<OptimizerName, UpdateRule>> = {
  adamw: {
    stateNames: ["first_moment", "second_moment"],
    factors: (moment) => adamwFactors({ ...moment, beta1: BETA_1, beta2: BETA_2 }),
    update: updateByAdamw,
  },
  adam: {
    stateNames: ["first_moment", "second_moment"],
    factors: (moment) => adamwFactors({ ...moment, weightDecay: 0, beta1: BETA_1, beta2: BETA_2 }),
    update: updateByAdam,
  },
  rmsprop: {
    stateNames: ["square_average", "momentum"],
    factors: ({ learningRate }) => [learningRate],
    update: updateByRmsprop,
  },
};

/** See {@linkcode applyAdamw}. */
function updateByAdamw(
  { parameter, gradient, state }: UpdateInputs,
  factors: tf.Tensor1D,
  { clipValue }: UpdateConstants,
): UpdateResult {
  const [moved, first, second] = applyAdamw(
    { parameter, gradient, firstMoment: state[0]!, secondMoment: state[1]! },
    factors,
    { beta1: BETA_1, beta2: BETA_2, epsilon: EPSILON, clipValue },
  );
  return { parameter: moved, state: [first, second] };
}

/**
 * Adam with the decay as a part of the gradient: AdamW without decay, on g = clip(gradient) + decay · p.
 *
 * Source: Kingma and Ba, arXiv:1412.6980; `torch.optim.Adam`.
 */
function updateByAdam(
  inputs: UpdateInputs,
  factors: tf.Tensor1D,
  constants: UpdateConstants,
): UpdateResult {
  const gradient = decayedGradient(inputs, constants);
  return updateByAdamw({ ...inputs, gradient }, factors, { weightDecay: 0, clipValue: Infinity });
}

/**
 * RMSprop, not centered. With rate λ, g = clip(gradient) + decay · p:
 *
 *     v ← 0.9 v + 0.1 g²,  b ← 0.9 b + g / (sqrt(v) + ε),  p ← p - λ b
 *
 * Source: Tieleman and Hinton, Coursera lecture 6.5 (2012); `torch.optim.RMSprop(alpha=0.9, momentum=0.9)`, as Peng et al. set it.
 */
function updateByRmsprop(
  inputs: UpdateInputs,
  factors: tf.Tensor1D,
  constants: UpdateConstants,
): UpdateResult {
  const gradient = decayedGradient(inputs, constants);
  const average = tf.add(
    tf.mul(inputs.state[0]!, SMOOTHING),
    tf.mul(tf.square(gradient), 1 - SMOOTHING),
  );
  const direction = tf.div(gradient, tf.add(tf.sqrt(average), EPSILON));
  const momentum = tf.add(tf.mul(inputs.state[1]!, MOMENTUM), direction);
  const learningRate = tf.reshape(factors, []);
  const parameter = tf.sub(inputs.parameter, tf.mul(momentum, learningRate));
  return { parameter, state: [average, momentum] };
}

/** clip(gradient) + decay · p. */
function decayedGradient(
  { parameter, gradient }: UpdateInputs,
  { clipValue, weightDecay }: UpdateConstants,
): tf.Tensor {
  const clipped = Number.isFinite(clipValue)
    ? tf.clipByValue(gradient, -clipValue, clipValue)
    : gradient;
  return tf.add(clipped, tf.mul(parameter, weightDecay));
}
