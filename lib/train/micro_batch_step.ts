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
import { hasBatchNorm } from "../model/backbone.ts";
import type { Embedder } from "../model/embedder.ts";
import { findBackbone } from "../model/registry.ts";
import type { Scalar, Tensor2D, Tensor4D } from "../tensor.ts";
import type { TrainConfig } from "./config.ts";
import type { Learner } from "./learner.ts";
import type { GradientOptions, LossGradients } from "./loss_gradients.ts";

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
export function computeMicroBatchGradients(
  learner: Learner,
  images: Tensor4D,
  labels: readonly number[],
  { config, isWarmup, microBatchSize }: MicroBatchOptions,
): LossGradients {
  const { embedder } = learner;
  const batchSize = images.shape[0];
  checkMicroBatch(config, microBatchSize, batchSize);
  const slices = cutBatch(batchSize, microBatchSize);
  return tf.tidy(() => {
    const features = featuresOfSlices(embedder, images, slices); // [B, F]
    const { loss, gradients, byFeature } = gradientsAtFeatures(learner, features, labels, config);
    if (isWarmup) return { loss, gradients };
    const backbone = backboneGradients(embedder, images, byFeature, slices);
    return { loss, gradients: { ...gradients, ...backbone } };
  });
}

function cutBatch(batchSize: number, microBatchSize: number): BatchSlice[] {
  return Array.from({ length: Math.ceil(batchSize / microBatchSize) }, (_, i) => {
    const begin = i * microBatchSize;
    return { begin, size: Math.min(microBatchSize, batchSize - begin) };
  });
}

/** Features of the images of one slice, [n, F]. */
function sliceFeatures(
  embedder: Embedder,
  images: Tensor4D,
  { begin, size }: BatchSlice,
): Tensor2D {
  return tf.tidy(() => {
    const slice = tf.slice(images, [begin, 0, 0, 0], [size, -1, -1, -1]); // [n, H, W, 3]
    return embedder.features(slice, "frozen");
  });
}

/** Pass 1. Outside of a gradient, no activation outlives the layer that reads it. */
function featuresOfSlices(
  embedder: Embedder,
  images: Tensor4D,
  slices: readonly BatchSlice[],
): Tensor2D {
  return tf.tidy(() => tf.concat(slices.map((slice) => sliceFeatures(embedder, images, slice)), 0));
}

/** Pass 2: loss, gradients of head and proxies, and dL/d features [B, F]. */
function gradientsAtFeatures(
  { embedder, proxies }: Learner,
  features: Tensor2D,
  labels: readonly number[],
  config: TrainConfig,
): LossGradients & { readonly byFeature: Tensor2D } {
  const variables = [...embedder.headNames.map((name) => embedder.tensors.get(name)), proxies];
  const { value, grads } = tf.valueAndGrads((rows) => {
    const embeddings = embedder.project(rows as Tensor2D, "train"); // [B, D]
    return computeLoss(config.loss, embeddings, proxies, labels);
  })([features, ...variables]);
  const [byFeature, ...byVariable] = grads;
  return {
    loss: value as Scalar,
    gradients: Object.fromEntries(variables.map(({ name }, i) => [name, byVariable[i]!])),
    byFeature: byFeature as Tensor2D,
  };
}

/** Pass 3: the gradient of Σ features · dL/d features, whose second factor is a constant, summed over the slices. */
function backboneGradients(
  embedder: Embedder,
  images: Tensor4D,
  byFeature: Tensor2D,
  slices: readonly BatchSlice[],
): tf.NamedTensorMap {
  const variables = embedder.backboneNames.map((name) => embedder.tensors.get(name));
  return slices.reduce<tf.NamedTensorMap>((sums, slice) =>
    tf.tidy(() => {
      const upstream = tf.slice(byFeature, [slice.begin, 0], [slice.size, -1]); // [n, F]
      const { grads } = tf.variableGrads(
        () => tf.sum(tf.mul(sliceFeatures(embedder, images, slice), upstream)),
        variables,
      );
      return addByName(sums, grads);
    }), {});
}

/** sums + terms by name; frees the sums that it replaces. */
function addByName(sums: tf.NamedTensorMap, terms: tf.NamedTensorMap): tf.NamedTensorMap {
  const added = Object.entries(terms).map(([name, term]) => {
    const sum = sums[name];
    if (!sum) return [name, term];
    const total = tf.add(sum, term);
    tf.dispose([sum, term]);
    return [name, total];
  });
  return Object.fromEntries(added);
}
