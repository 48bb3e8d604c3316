/**
 * DeiT-Ti with timm's names (`deit_tiny_patch16_224`), F = 192.
 *
 * Source: Touvron et al., "Training data-efficient image transformers & distillation through attention", arXiv:2012.12877.
 * Not distilled: the feature is the class token after the last layer norm.
 */

import type { Backbone } from "./backbone.ts";
import { createVisionTransformer } from "./vision_transformer.ts";

/** DeiT-Ti; loads timm's weights. */
export const DEIT_TI: Backbone = createVisionTransformer({
  name: "deit_ti",
  title: "DeiT-Ti",
  sizeClass: "large",
  leftoverPrefixes: ["head."],
  shape: {
    width: 192,
    headCount: 3,
    blockCount: 12,
    patchSize: 16,
    extraTokens: ["cls_token"],
    gridSize: 14, // 224 px
    positionResize: "bicubic_antialias",
    layerScale: null,
    layerNormEpsilon: 1e-6,
  },
});
