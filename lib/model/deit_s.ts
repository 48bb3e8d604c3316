/**
 * DeiT-S, distilled, with timm's names (`deit_small_distilled_patch16_224`), F = 384.
 *
 * Source: Touvron et al., "Training data-efficient image transformers & distillation through attention", arXiv:2012.12877.
 * The feature is the mean of the class token and the distillation token after the last layer norm.
 */

import type { Backbone } from "./backbone.ts";
import { createVisionTransformer } from "./vision_transformer.ts";

/** DeiT-S, distilled; loads timm's weights. Positions are resized as timm did when the authors' code was written. */
export const DEIT_S: Backbone = createVisionTransformer({
  name: "deit_s",
  title: "DeiT-S",
  sizeClass: "large",
  leftoverPrefixes: ["head.", "head_dist."],
  shape: {
    width: 384,
    headCount: 6,
    blockCount: 12,
    patchSize: 16,
    extraTokens: ["cls_token", "dist_token"],
    gridSize: 14, // 224 px
    positionResize: "bicubic",
    layerScale: null,
    layerNormEpsilon: 1e-6,
  },
});
