/** The network of a run: a backbone and its head, with their tensors. */

import * as tf from "@tensorflow/tfjs";
import { compileFunction } from "../backend/compile.ts";
import { inLowPrecision } from "../backend/ops/low_precision.ts";
import { RandomStream } from "../random_stream.ts";
import type { Backbone } from "./backbone.ts";
import { checkSize } from "./check_size.ts";
import { headSpecs, projectFeatures } from "./head.ts";
import type { BatchNormMode } from "./layers/layer_context.ts";
import { isParameter, type TensorSpec } from "./tensor_spec.ts";
import { createTensorStore, type TensorStore } from "./tensor_store.ts";
import type { NamedTensor } from "../file/named_tensor.ts";
import type { Tensor2D, Tensor4D } from "../tensor.ts";

/** Options of {@linkcode createEmbedder}. */
export interface CreateEmbedderOptions {
  /** Architecture before the head. */
  readonly backbone: Backbone;
  /** D. */
  readonly embeddingSize: number;
  /** Seed of the run: it decides every initial value. */
  readonly seed: number;
}

/** How {@linkcode Embedder.embed} treats batch norms. */
export interface EmbedMode {
  /** Statistics of the backbone's batch norms. */
  readonly backboneBatchNorm: BatchNormMode;
  /** Statistics of the head's batch norm. */
  readonly headBatchNorm: BatchNormMode;
}

/** Evaluation: running statistics everywhere. */
export const EVALUATION_MODE: EmbedMode = { backboneBatchNorm: "frozen", headBatchNorm: "frozen" };

/** Images to embeddings. */
export interface Embedder {
  /** Architecture before the head. */
  readonly backbone: Backbone;
  /** D. */
  readonly embeddingSize: number;
  /** Tensors of backbone and head. The embedder owns them. */
  readonly tensors: TensorStore;
  /** Names of the parameters of the head. */
  readonly headNames: readonly string[];
  /** Names of the parameters of the backbone. */
  readonly backboneNames: readonly string[];
  /**
   * Embeds images, differentiable in them and in every parameter.
   *
   * @param images [B, H, W, 3], normalized by the backbone's preset.
   * @returns [B, D], rows of unit length. The caller disposes it.
   */
  embed(images: Tensor4D, mode: EmbedMode): Tensor2D;
  /**
   * Embeds images with running statistics everywhere; the backend may have compiled it.
   *
   * @param images [B, H, W, 3], normalized by the backbone's preset.
   * @returns [B, D], rows of unit length. The caller disposes it.
   */
  embedEvaluation(images: Tensor4D): Promise<Tensor2D>;
  /**
   * Lets many calls of {@linkcode Embedder.embedEvaluation} compute once what depends on the tensors alone, such as filters by the scales of
   * frozen batch norms. The tensors must keep their values until `use` ends.
   */
  keepTensors<T>(use: () => Promise<T>): Promise<T>;
  /** The first half of {@linkcode Embedder.embed}: images [B, H, W, 3] to features [B, F]. The caller disposes them. */
  features(images: Tensor4D, batchNorm: BatchNormMode): Tensor2D;
  /** The second half: features [B, F] to embeddings [B, D]. The caller disposes them. */
  project(features: Tensor2D, batchNorm: BatchNormMode): Tensor2D;
  /**
   * Replaces the backbone's tensors by pretrained ones; classifiers and batch counters of published files are left out.
   *
   * @param tensors In PyTorch's layout.
   * @param source Where they came from; only used in errors.
   * @throws {InputError} If tensors are missing, unexpected, misshapen or not finite.
   */
  loadBackbone(tensors: readonly NamedTensor[], source?: string): void;
  /** Frees it. */
  dispose(): void;
}

/**
 * Creates a network with initial values.
 *
 * @returns The embedder. The caller disposes it.
 * @throws {RangeError} If D is not a whole number of at least 1, or the seed no integer.
 */
export function createEmbedder(options: CreateEmbedderOptions): Embedder {
  const { backbone, embeddingSize, seed } = options;
  checkSize("create network", "embeddingSize", embeddingSize);
  const head = headSpecs(backbone.featureCount, embeddingSize, backbone.headInit);
  const tensors = createTensorStore(
    [...backbone.specs, ...head],
    RandomStream.named(seed, "weights"),
  );
  const features = (images: Tensor4D, batchNorm: BatchNormMode) =>
    tf.tidy(() => inLowPrecision(images, (x) => backbone.features(tensors, x, { batchNorm })));
  const project = (rows: Tensor2D, batchNorm: BatchNormMode) =>
    projectFeatures(tensors, rows, { batchNorm });
  const embed = (images: Tensor4D, { backboneBatchNorm, headBatchNorm }: EmbedMode) =>
    tf.tidy(() => project(features(images, backboneBatchNorm), headBatchNorm));
  const evaluation = compileFunction(
    ([images]) => [embed(images as Tensor4D, EVALUATION_MODE)],
    { name: "embed", variables: tensors.variables() },
  );
  return {
    backbone,
    embeddingSize,
    tensors,
    headNames: parameterNames(head),
    backboneNames: parameterNames(backbone.specs),
    features,
    project,
    embed,
    embedEvaluation: async (images) => (await evaluation.runAside([images]))[0] as Tensor2D,
    keepTensors: (use) => evaluation.keepVariables(use),
    loadBackbone: (pretrained, source) =>
      tensors.load(withoutLeftovers(backbone, pretrained), { source, specs: backbone.specs }),
    dispose: () => {
      evaluation.dispose();
      tensors.dispose();
    },
  };
}

function parameterNames(specs: readonly TensorSpec[]): string[] {
  return specs.filter(isParameter).map(({ name }) => name);
}

/** Without classifiers, and without PyTorch's counts of batches, which its batch norms do not use. */
export function withoutLeftovers(
  backbone: Backbone,
  tensors: readonly NamedTensor[],
): NamedTensor[] {
  return tensors.filter(({ name }) =>
    !name.endsWith(".num_batches_tracked") &&
    !backbone.leftoverPrefixes.some((prefix) => name.startsWith(prefix))
  );
}
