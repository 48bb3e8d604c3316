/** The head: features to embeddings of unit length. */

import * as tf from "@tensorflow/tfjs";
import type { Backbone } from "./backbone.ts";
import { uniformFanIn, ZEROS } from "./initializer.ts";
import { batchNorm, batchNormSpecs } from "./layers/batch_norm.ts";
import type { BatchNormMode } from "./layers/layer_context.ts";
import { layerNorm, layerNormSpecs } from "./layers/layer_norm.ts";
import { linear, type LinearInit, linearSpecs } from "./layers/linear.ts";
import type { TensorSpec } from "./tensor_spec.ts";
import type { TensorStore } from "./tensor_store.ts";

// Names as of a torch.nn.Sequential called `head`.
const LAYER_NORM = "head.0";
const BATCH_NORM = "head.1";
const LINEAR = "head.2";

const LAYER_NORM_EPSILON = 1e-5;
const MOMENTUM = 0.1;
/** Inside the root, so that a zero row stays zero. */
const LENGTH_EPSILON = 1e-12;

/** Specs of LayerNorm(F) -> BatchNorm(F) -> Linear(F, D), in PyTorch's order. */
export function headSpecs(
  featureCount: number,
  embeddingSize: number,
  headInit: Backbone["headInit"] = "default",
): TensorSpec[] {
  const byFanIn = uniformFanIn([embeddingSize, featureCount]);
  const init: LinearInit = headInit === "orthogonal"
    ? { weight: { kind: "orthogonal" }, bias: ZEROS }
    : { weight: byFanIn, bias: byFanIn };
  return [
    ...layerNormSpecs(LAYER_NORM, featureCount),
    ...batchNormSpecs(BATCH_NORM, featureCount),
    ...linearSpecs(LINEAR, featureCount, embeddingSize, init),
  ];
}

/**
 * Projects features: layer norm, batch norm, linear layer, then v / sqrt(Σ v² + 1e-12).
 *
 * @param tensors A store that holds {@linkcode headSpecs}.
 * @param features [B, F]
 * @param mode `train` also moves the running statistics.
 * @returns [B, D], rows of unit length. The caller disposes it.
 */
export function projectFeatures(
  tensors: TensorStore,
  features: tf.Tensor2D,
  mode: { readonly batchNorm: BatchNormMode },
): tf.Tensor2D {
  return tf.tidy(() => {
    const context = { tensors, batchNorm: mode.batchNorm, momentum: MOMENTUM };
    const standardized = layerNorm(tensors, features, LAYER_NORM, LAYER_NORM_EPSILON);
    const normalized = batchNorm(context, standardized, BATCH_NORM); // [B, F]
    const projected = linear(tensors, normalized, LINEAR); // [B, D]
    const squares = tf.sum(tf.square(projected), 1, true); // [B, 1]
    return tf.div(projected, tf.sqrt(tf.add(squares, LENGTH_EPSILON))) as tf.Tensor2D;
  });
}
