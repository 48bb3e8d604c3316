/**
 * DINO's ViT-S/16 with the names of its published file (`dino_deitsmall16_pretrain.pth`), which are timm's, F = 384.
 *
 * Source: Caron et al., "Emerging Properties in Self-Supervised Vision Transformers", arXiv:2104.14294. The feature is the
 * class token after the last layer norm. At sizes other than 224 px, positions are resized as timm does, with antialias;
 * its authors' code does without, and adds 0.1 to the new number of patches.
 */

import type { Backbone } from "./backbone.ts";
import { createVisionTransformer } from "./vision_transformer.ts";

/** DINO's ViT-S/16; loads its authors' weights. */
export const DINO_VITS16: Backbone = createVisionTransformer({
  name: "dino_vits16",
  title: "DINO ViT-S/16",
  sizeClass: "large",
  leftoverPrefixes: ["head."],
  shape: {
    width: 384,
    headCount: 6,
    blockCount: 12,
    patchSize: 16,
    extraTokens: ["cls_token"],
    gridSize: 14, // 224 px
    positionResize: "bicubic_antialias",
    layerScale: null,
    layerNormEpsilon: 1e-6,
  },
});
