/** Multi-Similarity: pairs within the batch, mined and weighted; no proxies. */

import * as tf from "@tensorflow/tfjs";
import { cosineSimilarities } from "./cosine_similarities.ts";
import { type BatchLabels, checkPairBatch, maskSameClass } from "./labels.ts";
import { logOnePlusSumExp } from "./log_one_plus_sum_exp.ts";
import {
  type LossParameter,
  type PairLossDefinition,
  resolveParameters,
} from "./loss_definition.ts";
import type { Scalar, Tensor2D } from "../tensor.ts";

/** Hyperparameters of {@linkcode multiSimilarityLoss}. */
export interface MultiSimilarityOptions {
  /** Scale α of the positives' exponent, above 0. @default {2} */
  readonly pull?: number;
  /** Scale β of the negatives' exponent, above 0. @default {50} */
  readonly push?: number;
  /** Similarity λ at which a pair's exponent is 0, from -1 to 1. @default {0.5} */
  readonly threshold?: number;
  /** How much ε a pair may be easier than the hardest of the other kind and still count, from 0 to 2. @default {0.1} */
  readonly slack?: number;
}

type ParameterName = keyof MultiSimilarityOptions;

const ABOVE_0 = { minimum: 0, isMinimumExcluded: true } as const;

const PARAMETERS: readonly LossParameter<ParameterName>[] = [
  {
    name: "pull",
    symbol: "α",
    about: "Scale of the positives' exponent",
    default: 2,
    range: ABOVE_0,
  },
  {
    name: "push",
    symbol: "β",
    about: "Scale of the negatives' exponent",
    default: 50,
    range: ABOVE_0,
  },
  {
    name: "threshold",
    symbol: "λ",
    about: "Similarity at which a pair's exponent is 0",
    default: 0.5,
    range: { minimum: -1, maximum: 1 },
  },
  {
    name: "slack",
    symbol: "ε",
    about: "How much easier than the hardest of the other kind a pair may be and still count",
    default: 0.1,
    range: { minimum: 0, maximum: 2 },
  },
];

/** Outside of every similarity. */
const NO_SIMILARITY = 4;

/**
 * Multi-Similarity loss of one batch. With s the cosine similarity, y the labels:
 *
 *     1/B Σ_i ( 1/α log(1 + Σ_{k∈P_i} exp(-α (s_ik - λ))) + 1/β log(1 + Σ_{k∈N_i} exp(β (s_ik - λ))) )
 *     P_i = { k ≠ i: y_k = y_i and s_ik < max_{y_j ≠ y_i} s_ij + ε }
 *     N_i = { k: y_k ≠ y_i and s_ik > min_{j ≠ i, y_j = y_i} s_ij - ε }
 *
 * An image without positives, or without negatives, in the batch adds 0. Which pairs count is no part of the gradient.
 *
 * Source: Wang et al., "Multi-Similarity Loss with General Pair Weighting for Deep Metric Learning", CVPR 2019,
 * arXiv:1904.06627, equations 11, 12 and 15, α = 2, β = 50, ε = 0.1. Difference: λ is 0.5 by default, as in the authors' code
 * and in most that compare with it, not the 1 of their text; and an image is no pair of its own by its index, where their
 * code leaves out similarities above 1 - 1e-5.
 *
 * @param embeddings [B, D] raw rows of float32, normalized here: up to a length of 1e19, beyond which they count as zeros.
 * @param labels B class indices, or their mask [B, C].
 * @param options Scales, threshold and slack.
 * @returns Scalar, at least 0, differentiable in embeddings. The caller disposes it.
 * @throws {RangeError} If a label is no class index, sizes disagree, or an option is outside its range.
 */
export function multiSimilarityLoss(
  embeddings: Tensor2D,
  labels: BatchLabels,
  options: MultiSimilarityOptions = {},
): Scalar {
  const { pull, push, threshold, slack } = resolveParameters(PARAMETERS, options);
  checkPairBatch(embeddings, labels);
  return tf.tidy(() => {
    const cosine = cosineSimilarities(embeddings, embeddings); // [B, B]
    const isSame = maskSameClass(labels); // [B, B]
    const isPositive = tf.logicalAnd(isSame, maskOthers(embeddings.shape[0])) as Tensor2D;
    const isNegative = tf.logicalNot(isSame) as Tensor2D;
    const pairs = minePairs(cosine, isPositive, isNegative, slack);
    const distance = tf.sub(cosine, threshold);
    const pulled = logOnePlusSumExp(tf.mul(distance, -pull), pairs.positive, 1); // [B]
    const pushed = logOnePlusSumExp(tf.mul(distance, push), pairs.negative, 1); // [B]
    return tf.mean(tf.add(tf.div(pulled, pull), tf.div(pushed, push)));
  });
}

/** Multi-Similarity as the losses' list has it. */
export const MULTI_SIMILARITY: PairLossDefinition<"multi_similarity", ParameterName> = {
  name: "multi_similarity",
  title: "Multi-Similarity",
  parameters: PARAMETERS,
  takesProxies: false,
  compute: multiSimilarityLoss,
};

/** Mask [B, B] of pairs of two images. */
function maskOthers(batchSize: number): Tensor2D {
  const indices = tf.tensor1d(Float32Array.from({ length: batchSize }, (_, i) => i));
  return tf.notEqual(tf.expandDims(indices, 1), tf.expandDims(indices, 0));
}

/** Masks [B, B] of the pairs that count. */
interface MinedPairs {
  readonly positive: Tensor2D;
  readonly negative: Tensor2D;
}

/** Keeps pairs that are not easier, by more than the slack, than the hardest of the other kind. */
function minePairs(
  cosine: Tensor2D,
  isPositive: Tensor2D,
  isNegative: Tensor2D,
  slack: number,
): MinedPairs {
  const nothing = tf.fill(cosine.shape, NO_SIMILARITY);
  const hardestPositive = tf.min(tf.where(isPositive, cosine, nothing), 1, true); // [B, 1]
  const hardestNegative = tf.max(tf.where(isNegative, cosine, tf.neg(nothing)), 1, true); // [B, 1]
  const isHard = tf.less(cosine, tf.add(hardestNegative, slack));
  const isNear = tf.greater(cosine, tf.sub(hardestPositive, slack));
  return {
    positive: tf.logicalAnd(isPositive, orNaN(isHard, cosine)),
    negative: tf.logicalAnd(isNegative, orNaN(isNear, cosine)),
  };
}

/** The mask, and where x is NaN: what compares with nothing must not be left out, or the loss of such a batch is that of the rest. */
function orNaN(mask: tf.Tensor, x: Tensor2D): tf.Tensor {
  const isNumber = tf.logicalNot(tf.notEqual(x, x));
  return tf.logicalNot(tf.logicalAnd(tf.logicalNot(mask), isNumber));
}
