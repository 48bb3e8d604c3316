/**
 * Models: a backbone and a head, from images [B, H, W, 3] to embeddings [B, D], and one proxy a class [C, D].
 *
 * @module
 */

export { InputError } from "../errors.ts";
export type { Tensor, Tensor2D, Tensor4D, Variable, Variable2D } from "../tensor.ts";
export { type RandomState, RandomStream } from "../random_stream.ts";
export type { NamedTensor } from "../file/named_tensor.ts";
export type { ImagePreset } from "../image/preset.ts";
export type { Backbone, FeatureMode } from "./backbone.ts";
export { BACKBONE_NAMES, BACKBONES, findBackbone } from "./registry.ts";
export {
  createEmbedder,
  type CreateEmbedderOptions,
  type Embedder,
  type EmbedMode,
  EVALUATION_MODE,
} from "./embedder.ts";
export { createProxies } from "./proxies.ts";
export type { Initializer } from "./initializer.ts";
export type { TensorRole, TensorSpec } from "./tensor_spec.ts";
export { type LoadOptions, TensorStore } from "./tensor_store.ts";
export type { BatchNormMode } from "./layers/layer_context.ts";
