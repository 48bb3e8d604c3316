/**
 * DINOv2's ViT-S/14 with the names of its published file (`dinov2_vits14_pretrain.pth`), which are timm's, F = 384.
 *
 * Source: Oquab et al., "DINOv2: Learning Robust Visual Features without Supervision", arXiv:2304.07193. The feature is the
 * class token after the last layer norm. Its positions were learned on 518 px; at 224 px they are resized as timm does, with
 * antialias; its authors' code does without, and adds 0.1 to the new number of patches. The published file also holds the
 * token of masked patches, which only its training used.
 */

import type { Backbone } from "./backbone.ts";
import { createVisionTransformer } from "./vision_transformer.ts";

/** DINOv2's ViT-S/14, without registers; loads its authors' weights. */
export const DINOV2_VITS14: Backbone = createVisionTransformer({
  name: "dinov2_vits14",
  title: "DINOv2 ViT-S/14",
  sizeClass: "large",
  leftoverPrefixes: ["head.", "mask_token"],
  shape: {
    width: 384,
    headCount: 6,
    blockCount: 12,
    patchSize: 14,
    extraTokens: ["cls_token"],
    gridSize: 37, // 518 px
    positionResize: "bicubic_antialias",
    layerScale: 1e-5,
    layerNormEpsilon: 1e-6,
  },
});
