/**
 * Proxy-AN loss for deep metric learning: losses, sampling, training, retrieval metrics and tables.
 *
 * Dimension letters, the same in every file: B batch, C training classes, D embedding, F features, H W height and width,
 * N images, Q queries, G gallery, R relevant images of a query.
 *
 * Exports follow the data flow: dataset -> image -> sampling -> model -> loss -> optim -> train -> eval -> results.
 *
 * @example One loss in a program of your own
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { proxyAnLoss } from "@proxyan/proxyan";
 *
 * const embeddings = tf.tensor2d([[1, 0.1], [0.9, 0.2], [0, 1]]); // [B, D], raw
 * const proxies = tf.tensor2d([[1, 0], [0, 1]]); // [C, D], raw
 * const loss = proxyAnLoss(embeddings, proxies, [0, 0, 1], { margin: 0.1, alpha: 32 });
 * console.log(loss.dataSync()[0]); // 6.589...
 * ```
 *
 * @module
 */

// Tensors
export type { Scalar, Tensor, Tensor2D, Tensor4D, Variable, Variable2D } from "./lib/tensor.ts";

// Errors and randomness
export { InputError, UsageError } from "./lib/errors.ts";
export { type RandomState, RandomStream } from "./lib/random_stream.ts";

// Dataset
export {
  type Dataset,
  DATASET_FOLDERS,
  DATASET_NAMES,
  type DatasetName,
  type EvaluationSets,
  type ImageRecord,
  type Profile,
  PROFILES,
  type Split,
} from "./lib/dataset/record.ts";
export { formatSetting, type Setting, SETTING_KINDS } from "./lib/dataset/setting.ts";
export { type Deviation, DEVIATIONS, type Protocol, PROTOCOLS } from "./lib/dataset/protocol.ts";
export { openDataset, type OpenDatasetOptions } from "./lib/dataset/open_dataset.ts";
export { type PartialTrainingSet, takePartial } from "./lib/dataset/partial.ts";
export { type ImbalancedTrainingSet, takeImbalanced } from "./lib/dataset/imbalance.ts";
export { type HeldOutSplit, holdOutClasses } from "./lib/dataset/held_out.ts";

// Image
export { BN_INCEPTION_PRESET, IMAGENET_PRESET, type ImagePreset } from "./lib/image/preset.ts";
export {
  createImageLoader,
  type ImageLoader,
  type ImageLoaderOptions,
} from "./lib/image/loader.ts";

// Sampling
export {
  BalancedSampler,
  type BalancedSamplerOptions,
  type SamplerSource,
  type SamplerState,
} from "./lib/sampling/balanced_sampler.ts";
export { batchesPerEpoch } from "./lib/sampling/epoch_length.ts";

// Backend
export {
  type Backend,
  BACKEND_NAMES,
  type BackendName,
  type BackendOptions,
} from "./lib/backend/backend.ts";
export {
  openBackend,
  type OpenedBackend,
  type SkippedBackend,
} from "./lib/backend/open_backend.ts";
export {
  type CompiledFunction,
  CompiledFunctions,
  compileFunction,
  type CompileOptions,
  type TensorFunction,
} from "./lib/backend/compile.ts";

// Model
export type { Backbone, FeatureMode } from "./lib/model/backbone.ts";
export { BACKBONE_NAMES, BACKBONES, findBackbone } from "./lib/model/registry.ts";
export {
  createEmbedder,
  type CreateEmbedderOptions,
  type Embedder,
  type EmbedMode,
  EVALUATION_MODE,
} from "./lib/model/embedder.ts";
export { createProxies } from "./lib/model/proxies.ts";
export type { Initializer } from "./lib/model/initializer.ts";
export type { TensorRole, TensorSpec } from "./lib/model/tensor_spec.ts";
export type { NamedTensor } from "./lib/file/named_tensor.ts";
export { type LoadOptions, TensorStore } from "./lib/model/tensor_store.ts";
export type { BatchNormMode } from "./lib/model/layers/layer_context.ts";

// Loss
export { type BatchLabels, maskOwnClass } from "./lib/loss/labels.ts";
export { LOSS_NAMES, type LossConfig, type LossName } from "./lib/loss/loss.ts";
export { proxyAnLoss, type ProxyAnOptions } from "./lib/loss/proxy_an.ts";
export { proxyAnchorLoss, type ProxyAnchorOptions } from "./lib/loss/proxy_anchor.ts";
export { proxyNcaLoss } from "./lib/loss/proxy_nca.ts";
export { computeLoss } from "./lib/loss/compute_loss.ts";

// Optim
export {
  createOptimizer,
  type CreateOptimizerOptions,
  type Optimizer,
  OPTIMIZER_NAMES,
  type OptimizerConfig,
  type OptimizerName,
} from "./lib/optim/optimizer.ts";
export type { OptimizerState, StateTensor } from "./lib/optim/optimizer_memory.ts";
export { learningRateFactor, type ScheduleConfig } from "./lib/optim/schedule.ts";

// Train
export type { TrainConfig } from "./lib/train/config.ts";
export { createLearner, disposeLearner, type Learner } from "./lib/train/learner.ts";
export { type StepOptions, trainStep } from "./lib/train/step.ts";
export type { GradientOptions } from "./lib/train/loss_gradients.ts";
export {
  type EpochRecord,
  runTraining,
  type TrainingEvent,
  type TrainingInputs,
} from "./lib/train/run_training.ts";
export {
  type EpochScores,
  type SelectedEpoch,
  selectEpochs,
  type Selection,
  SELECTIONS,
} from "./lib/train/selection.ts";
export { formatRunId, hashConfig } from "./lib/train/run_id.ts";

// Eval
export type { EmbeddingMatrix } from "./lib/eval/embedding_matrix.ts";
export { embedRecords } from "./lib/eval/embed_records.ts";
export {
  findNeighbors,
  type FindNeighborsOptions,
  type NeighborLists,
} from "./lib/eval/neighbors.ts";
export { MEAN_METRICS, type MeanProperty } from "./lib/eval/metric_definitions.ts";
export type { RecallAtK, RetrievalMetrics } from "./lib/eval/metrics.ts";
export type { RetrievalOptions } from "./lib/eval/retrieval_options.ts";
export { evaluateSelfRetrieval } from "./lib/eval/self_retrieval.ts";
export { evaluateGalleryRetrieval } from "./lib/eval/gallery_retrieval.ts";

// Results
export type { Cell, Column, RowOf } from "./lib/results/rows/columns.ts";
export { readRows, RESULT_COLUMNS, type ResultRow } from "./lib/results/rows/row.ts";
export { EPOCH_COLUMNS, type EpochRow, readEpochs } from "./lib/results/rows/epoch_row.ts";
export { regenerateTables } from "./lib/results/tables/build_tables.ts";
