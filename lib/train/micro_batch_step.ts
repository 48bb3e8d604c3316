/**
 * The gradients of a whole batch in the memory of a slice of it.
 *
 * The loss couples the rows of a batch, and the head's batch norm does too, but the backbone treats each image by itself
 * when its statistics are frozen. With features f_i = backbone(image_i; θ), the chain rule is a sum over images:
 *
 *     dL/dθ = Σ_slices Σ_{i in slice} (dL/df_i)ᵀ · df_i/dθ
 *
 * So: (1) features of every slice, whose activations are dropped; (2) loss, and its gradients for head, proxies and
 * features, from the whole batch; (3) every slice again, now with gradients, from the dL/df of its rows.
 *
 * Source: Gao et al., "Scaling Deep Contrastive Learning Batch Size under Memory Limited Setup", arXiv:2101.06983. The one
 * difference: the cut is at the features, before the head, because the head's batch norm needs the whole batch.
 */

import * as tf from "@tensorflow/tfjs";
import { UsageError } from "../errors.ts";
import { computeLoss } from "../loss/compute_loss.ts";
import { checkLabels, maskOwnClass } from "../loss/labels.ts";
import { hasBatchNorm } from "../model/backbone.ts";
import { findBackbone } from "../model/registry.ts";
import type { Scalar, Tensor2D, Tensor4D } from "../tensor.ts";
import type { TrainConfig } from "./config.ts";
import { compileFor, type Learner, proxyVariables } from "./learner.ts";
import type { GradientOptions, LossGradients } from "./loss_gradients.ts";
import { trainedBackboneNames } from "./trained_names.ts";

/** Options of {@linkcode computeMicroBatchGradients}. */
export interface MicroBatchOptions extends GradientOptions {
  /** N, the images of a slice; the last slice can have fewer. */
  readonly microBatchSize: number;
}

/** Rows of a batch. */
interface BatchSlice {
  readonly begin: number;
  readonly size: number;
}

/**
 * Checks that slices of N images give the gradients of the whole batch.
 *
 * @param batchSize B. @default that of the configuration
 * @throws {UsageError} If N is not a count, or is less than B while the backbone's batch norms train.
 */
export function checkMicroBatch(
  config: TrainConfig,
  microBatchSize: number,
  batchSize = config.classesPerBatch * config.imagesPerClass,
): void {
  if (!Number.isInteger(microBatchSize) || microBatchSize < 1) {
    throw new UsageError(
      `Cannot use --micro-batch as it must be a whole number of at least 1: it is ${microBatchSize}`,
    );
  }
  const isWhole = microBatchSize >= batchSize;
  if (isWhole || config.hasFrozenBatchNorm || !hasBatchNorm(findBackbone(config.backbone))) return;
  throw new UsageError(
    `Cannot use --micro-batch as the batch norms of ${config.backbone} must be frozen, or each slice ` +
      "would have its own statistics: freeze-batch-norm is false",
  );
}

/**
 * Computes the loss and its gradients for everything that learns, slice by slice: equal to `computeGradients` to the
 * rounding of sums. During warm-up the third pass is left out, as the backbone does not learn.
 *
 * @param images [B, H, W, 3], normalized.
 * @param labels B class indices, each in [0, C).
 * @returns The caller disposes it.
 * @throws {UsageError} If the backbone's batch norms train; see {@linkcode checkMicroBatch}.
 */
export async function computeMicroBatchGradients(
  learner: Learner,
  images: Tensor4D,
  labels: readonly number[],
  { config, isWarmup, microBatchSize }: MicroBatchOptions,
): Promise<LossGradients> {
  const batchSize = images.shape[0];
  checkMicroBatch(config, microBatchSize, batchSize);
  checkLabels(labels, batchSize, learner.classCount);
  const slices = cutBatch(batchSize, microBatchSize);
  const features = await featuresOfSlices(learner, images, slices); // [B, F]
  const atFeatures = await gradientsAtFeatures(learner, features, labels, config);
  const { loss, gradients, byFeature } = atFeatures;
  const backbone = isWarmup
    ? {}
    : await backboneGradients(learner, config, images, { byFeature, slices });
  tf.dispose([features, byFeature]);
  return { loss, gradients: { ...gradients, ...backbone } };
}

function cutBatch(batchSize: number, microBatchSize: number): BatchSlice[] {
  return Array.from({ length: Math.ceil(batchSize / microBatchSize) }, (_, i) => {
    const begin = i * microBatchSize;
    return { begin, size: Math.min(microBatchSize, batchSize - begin) };
  });
}

/** Rows of a tensor whose first axis is the batch. */
function sliceRows<T extends tf.Tensor>(rows: T, { begin, size }: BatchSlice): T {
  const rest = rows.shape.slice(1);
  return tf.slice(rows, [begin, ...rest.map(() => 0)], [size, ...rest]) as T;
}

/** Pass 1. Outside of a gradient, no activation outlives the layer that reads it. */
async function featuresOfSlices(
  learner: Learner,
  images: Tensor4D,
  slices: readonly BatchSlice[],
): Promise<Tensor2D> {
  const { embedder } = learner;
  const compiled = compileFor(learner, "slice_features", ([images]) => [
    embedder.features(images as Tensor4D, "frozen"), // [n, F]
  ]);
  const parts: Tensor2D[] = [];
  for (const slice of slices) {
    const rows = sliceRows(images, slice);
    parts.push((await compiled.runAside([rows]))[0] as Tensor2D);
    rows.dispose();
  }
  const features = tf.concat(parts, 0);
  tf.dispose(parts);
  return features;
}

/** Pass 2: loss, gradients of head and proxies, and dL/d features [B, F]. */
async function gradientsAtFeatures(
  learner: Learner,
  features: Tensor2D,
  labels: readonly number[],
  config: TrainConfig,
): Promise<LossGradients & { readonly byFeature: Tensor2D }> {
  const { embedder, proxies, classCount } = learner;
  const head = embedder.headNames.map((name) => embedder.tensors.get(name));
  const variables = [...head, ...proxyVariables(learner)];
  const name = `feature_gradients ${JSON.stringify(config.loss)}`;
  const compiled = compileFor(learner, name, ([features, mask]) => {
    const { value, grads } = tf.valueAndGrads((rows) => {
      const embeddings = embedder.project(rows as Tensor2D, "train"); // [B, D]
      return computeLoss(config.loss, embeddings, proxies, mask as Tensor2D);
    })([features!, ...variables]);
    return [value, ...grads];
  });
  const mask = maskOwnClass(labels, classCount); // [B, C]
  const [loss, byFeature, ...byVariable] = await compiled.runAside([features, mask]);
  mask.dispose();
  return {
    loss: loss as Scalar,
    gradients: Object.fromEntries(variables.map(({ name }, i) => [name, byVariable[i]!])),
    byFeature: byFeature as Tensor2D,
  };
}

/** Pass 3: the gradient of Σ features · dL/d features, whose second factor is a constant, summed over the slices. */
async function backboneGradients(
  learner: Learner,
  config: TrainConfig,
  images: Tensor4D,
  { byFeature, slices }: { readonly byFeature: Tensor2D; readonly slices: readonly BatchSlice[] },
): Promise<tf.NamedTensorMap> {
  const { embedder } = learner;
  const names = trainedBackboneNames(embedder, config);
  const variables = names.map((name) => embedder.tensors.get(name));
  const compiled = compileFor(learner, `slice_gradients ${names.length}`, ([images, upstream]) => {
    const { grads } = tf.variableGrads(
      () => tf.sum(tf.mul(embedder.features(images as Tensor4D, "frozen"), upstream!)),
      variables,
    );
    return variables.map(({ name }) => grads[name]!);
  });
  let sums: tf.Tensor[] = [];
  for (const slice of slices) {
    const rows = [sliceRows(images, slice), sliceRows(byFeature, slice)];
    const terms = await compiled.runAside(rows);
    tf.dispose(rows);
    sums = sums.length === 0 ? terms : addInPairs(sums, terms);
  }
  return Object.fromEntries(variables.map(({ name }, i) => [name, sums[i]!]));
}

/** sums + terms; frees both. */
function addInPairs(sums: readonly tf.Tensor[], terms: readonly tf.Tensor[]): tf.Tensor[] {
  return sums.map((sum, i) => {
    const total = tf.add(sum, terms[i]!);
    tf.dispose([sum, terms[i]!]);
    return total;
  });
}
