/** What a log says of a step beside its loss: norms, and how many pairs still pull or push. */

import * as tf from "@tensorflow/tfjs";
import { cosineSimilarities } from "../loss/cosine_similarities.ts";
import { maskOwnClass } from "../loss/labels.ts";
import type { Scalar, Tensor4D, Variable } from "../tensor.ts";
import type { TrainConfig } from "./config.ts";
import { type Learner, proxyVariables } from "./learner.ts";
import { trainedNames } from "./trained_names.ts";

/** Measures of one step, all before its update. */
export interface StepMeasures {
  /** Euclidean norm of the gradient of what learns of the network, before any clip. */
  readonly networkGradientNorm: number;
  /** Euclidean norm of the same parameters. */
  readonly networkWeightNorm: number;
  /** The same of the proxies; `null` where there are none. */
  readonly proxyGradientNorm: number | null;
  /** Euclidean norm of the proxies; `null` where there are none. */
  readonly proxyWeightNorm: number | null;
  /** Of the pairs that {@linkcode activeShares} speaks of; `null` for a loss without margin. */
  readonly activePairs: ActiveShares | null;
}

/** Shares of pairs of an image and a proxy, in [0, 1]. */
export interface ActiveShares {
  /** Pairs of an image and its own class's proxy with s < δ. */
  readonly positive: number;
  /** Pairs of an image and another class's proxy with s > -δ. */
  readonly negative: number;
}

/** The step that is measured. */
export interface MeasuredStep {
  readonly config: TrainConfig;
  readonly isWarmup: boolean;
  /** [B, H, W, 3], normalized. */
  readonly images: Tensor4D;
  /** B class indices. */
  readonly labels: readonly number[];
  /** By the names of the variables. */
  readonly gradients: tf.NamedTensorMap;
}

/** Measures a step. Changes nothing: the bits of a run are the same with it. */
export async function measureStep(learner: Learner, step: MeasuredStep): Promise<StepMeasures> {
  const names = trainedNames(learner.embedder, step.config, step.isWarmup);
  const network = names.map((name) => learner.embedder.tensors.get(name));
  const proxies = proxyVariables(learner);
  const gradientsOf = (variables: readonly Variable[]) =>
    variables.map(({ name }) => step.gradients[name]!);
  return {
    networkGradientNorm: await normOf(gradientsOf(network)),
    networkWeightNorm: await normOf(network),
    proxyGradientNorm: proxies.length === 0 ? null : await normOf(gradientsOf(proxies)),
    proxyWeightNorm: proxies.length === 0 ? null : await normOf(proxies),
    activePairs: await measureActive(learner, step),
  };
}

/** Euclidean norm of all numbers of some tensors together. */
async function normOf(tensors: readonly tf.Tensor[]): Promise<number> {
  return await readScalar(tf.tidy(() => {
    const sums = tensors.map((tensor) => tf.sum(tf.square(tensor)));
    return tf.sqrt(tf.sum(tf.stack(sums))) as Scalar;
  }));
}

/** Of the batch as the network sees it in evaluation, since a forward pass in training would move statistics. */
async function measureActive(
  { embedder, proxies, classCount }: Learner,
  { config, images, labels }: MeasuredStep,
): Promise<ActiveShares | null> {
  if (proxies === null || !("margin" in config.loss)) return null;
  const embeddings = await embedder.embedEvaluation(images); // [B, D]
  const cosines = tf.tidy(() => cosineSimilarities(embeddings, proxies)); // [B, C]
  const isOwn = maskOwnClass(labels, classCount); // [B, C]
  const [similarities, own] = [await cosines.data<"float32">(), await isOwn.data()];
  tf.dispose([embeddings, cosines, isOwn]);
  return activeShares(similarities, own, config.loss.margin);
}

/**
 * Shares of pairs whose exponent in Proxy-Anchor and Proxy-AN is above 0: α (δ - s) for positives, α (s + δ) for negatives.
 * The others add less than log 2 to the loss, and next to nothing where α is large.
 *
 * @param similarities Cosines of all pairs.
 * @param isOwn Not 0 where a pair is positive, in the same order.
 * @param margin δ.
 */
export function activeShares(
  similarities: ArrayLike<number>,
  isOwn: ArrayLike<number>,
  margin: number,
): ActiveShares {
  const counts = { positive: 0, activePositive: 0, negative: 0, activeNegative: 0 };
  for (let i = 0; i < similarities.length; i++) {
    if (isOwn[i]) {
      counts.positive++;
      if (similarities[i]! < margin) counts.activePositive++;
    } else {
      counts.negative++;
      if (similarities[i]! > -margin) counts.activeNegative++;
    }
  }
  return {
    positive: counts.positive === 0 ? 0 : counts.activePositive / counts.positive,
    negative: counts.negative === 0 ? 0 : counts.activeNegative / counts.negative,
  };
}

async function readScalar(scalar: Scalar): Promise<number> {
  const [value] = await scalar.data<"float32">();
  scalar.dispose();
  return value!;
}
