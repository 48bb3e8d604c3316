/**
 * Vision transformers with timm's names, from a shape: patches to tokens, blocks, one last layer norm.
 *
 * Source: Dosovitskiy et al., "An Image is Worth 16x16 Words", arXiv:2010.11929, as timm's `vision_transformer.py` has it.
 */

import * as tf from "@tensorflow/tfjs";
import { IMAGENET_PRESET } from "../image/preset.ts";
import type { Backbone } from "./backbone.ts";
import { type Initializer, uniformFanIn, ZEROS } from "./initializer.ts";
import { mixTokens } from "./layers/attention.ts";
import { hiddenLayer } from "./layers/hidden_layer.ts";
import { layerNorm, layerNormSpecs } from "./layers/layer_norm.ts";
import { linear, linearOnto, linearSpecs } from "./layers/linear.ts";
import { type PositionResize, resizePositionGrid } from "./position_embedding.ts";
import type { TensorSpec } from "./tensor_spec.ts";
import type { TensorStore } from "./tensor_store.ts";

/** What one vision transformer has and another has not. */
export interface VisionTransformerShape {
  /** E = F, the length of a token and of a feature. */
  readonly width: number;
  /** Heads of every attention; divides the width. */
  readonly headCount: number;
  readonly blockCount: number;
  /** Pixels of either side of a patch. */
  readonly patchSize: number;
  /** Learned tokens before those of the patches. The feature is their mean after the last layer norm. */
  readonly extraTokens: readonly ("cls_token" | "dist_token")[];
  /** Patches per side that the position embeddings were learned on. */
  readonly gridSize: number;
  /** How they are resized for another number of patches. */
  readonly positionResize: PositionResize;
  /** First value of the scales of either branch of a block, `ls1.gamma` and `ls2.gamma`; `null` where there are none. */
  readonly layerScale: number | null;
  /** Added to the variance in every layer norm. */
  readonly layerNormEpsilon: number;
}

/** A {@linkcode Backbone} but for what its shape decides. */
export type VisionTransformerOptions =
  & Pick<Backbone, "name" | "title" | "sizeClass" | "leftoverPrefixes">
  & { readonly shape: VisionTransformerShape };

/** Width of the hidden layer of a block over the width of a token. */
const HIDDEN_EXPANSION = 4;
/** timm truncates at ±2, which is 100 deviations away. */
const SMALL_NORMAL: Initializer = { kind: "normal", deviation: 0.02 };
const LINEAR_INIT = { weight: SMALL_NORMAL, bias: ZEROS };

/** A backbone of a shape, for images of ImageNet's preset; its head begins as DeiT's does. */
export function createVisionTransformer(options: VisionTransformerOptions): Backbone {
  const { shape, ...rest } = options;
  return {
    ...rest,
    featureCount: shape.width,
    inputSize: IMAGENET_PRESET.inputSize,
    preset: IMAGENET_PRESET,
    specs: visionTransformerSpecs(shape),
    headInit: "orthogonal",
    features: (tensors, images) => visionTransformerFeatures(shape, tensors, images),
  };
}

/** Specs of a vision transformer, in timm's order. */
function visionTransformerSpecs(shape: VisionTransformerShape): TensorSpec[] {
  const { width, patchSize, extraTokens, gridSize, blockCount } = shape;
  const token = (name: string, count: number): TensorSpec => ({
    name,
    shape: [1, count, width],
    role: "token",
    init: SMALL_NORMAL,
  });
  const patchShape = [width, 3, patchSize, patchSize];
  const patchInit = uniformFanIn(patchShape);
  return [
    ...extraTokens.map((name) => token(name, 1)),
    token("pos_embed", gridSize ** 2 + extraTokens.length),
    { name: "patch_embed.proj.weight", shape: patchShape, role: "conv", init: patchInit },
    { name: "patch_embed.proj.bias", shape: [width], role: "vector", init: patchInit },
    ...Array.from({ length: blockCount }, (_, i) => blockSpecs(shape, `blocks.${i}`)).flat(),
    ...layerNormSpecs("norm", width),
  ];
}

function blockSpecs({ width, layerScale }: VisionTransformerShape, name: string): TensorSpec[] {
  const hiddenCount = HIDDEN_EXPANSION * width;
  const scale = (at: string): TensorSpec[] =>
    layerScale === null ? [] : [{
      name: `${name}.${at}.gamma`,
      shape: [width],
      role: "vector",
      init: { kind: "constant", value: layerScale },
    }];
  return [
    ...layerNormSpecs(`${name}.norm1`, width),
    ...linearSpecs(`${name}.attn.qkv`, width, 3 * width, LINEAR_INIT),
    ...linearSpecs(`${name}.attn.proj`, width, width, LINEAR_INIT),
    ...scale("ls1"),
    ...layerNormSpecs(`${name}.norm2`, width),
    ...linearSpecs(`${name}.mlp.fc1`, width, hiddenCount, LINEAR_INIT),
    ...linearSpecs(`${name}.mlp.fc2`, hiddenCount, width, LINEAR_INIT),
    ...scale("ls2"),
  ];
}

/** Features [B, E] of images [B, H, W, 3]; pixels beyond a whole number of patches do not count. */
function visionTransformerFeatures(
  shape: VisionTransformerShape,
  tensors: TensorStore,
  images: tf.Tensor4D,
): tf.Tensor2D {
  return tf.tidy(() => {
    let x = embedPatches(shape, tensors, images); // [B, T, E]
    for (let i = 0; i < shape.blockCount; i++) {
      x = transformerBlock(shape, tensors, x, `blocks.${i}`);
    }
    const extra = tf.slice(x, [0, 0, 0], [-1, shape.extraTokens.length, -1]); // only these matter now
    return tf.mean(layerNorm(tensors, extra, "norm", shape.layerNormEpsilon), 1) as tf.Tensor2D;
  });
}

/** The extra tokens, then one token per patch, each with its position added. */
function embedPatches(
  shape: VisionTransformerShape,
  tensors: TensorStore,
  images: tf.Tensor4D,
): tf.Tensor3D {
  const filter = tensors.get("patch_embed.proj.weight") as unknown as tf.Tensor4D;
  const grid = tf.conv2d(images, filter, shape.patchSize, "valid"); // [B, rows, columns, E]
  const [batchSize, rowCount, columnCount, width] = grid.shape;
  const patches = tf.add(
    tf.reshape(grid, [batchSize, rowCount * columnCount, width]),
    tensors.get("patch_embed.proj.bias"),
  );
  const extra = shape.extraTokens.map((name) => tf.tile(tensors.get(name), [batchSize, 1, 1]));
  const tokens = tf.concat([...extra, patches], 1);
  return tf.add(tokens, positions(shape, tensors, rowCount, columnCount)) as tf.Tensor3D;
}

/** Position embeddings [1, T, E] for a grid of patches. Those of the extra tokens stay as they are. */
function positions(
  { width, gridSize, extraTokens, positionResize }: VisionTransformerShape,
  tensors: TensorStore,
  rowCount: number,
  columnCount: number,
): tf.Tensor {
  const learned = tensors.get("pos_embed");
  if (rowCount === gridSize && columnCount === gridSize) return learned;
  const extraCount = extraTokens.length;
  const extra = tf.slice(learned, [0, 0, 0], [1, extraCount, width]);
  const grid = tf.reshape(
    tf.slice(learned, [0, extraCount, 0], [1, gridSize ** 2, width]),
    [gridSize, gridSize, width],
  ) as tf.Tensor3D;
  const resized = resizePositionGrid(grid, rowCount, columnCount, positionResize);
  return tf.concat([extra, tf.reshape(resized, [1, rowCount * columnCount, width])], 1);
}

/**
 * x + attention(norm(x)), then x + mlp(norm(x)), each branch times its scale where it has one. Either branch frees what it
 * leaves behind, unless a gradient will need it.
 */
function transformerBlock(
  { headCount, layerScale, layerNormEpsilon }: VisionTransformerShape,
  tensors: TensorStore,
  x: tf.Tensor3D,
  name: string,
): tf.Tensor3D {
  /** at + the last layer of its branch. */
  const add = (at: tf.Tensor3D, branch: tf.Tensor3D, layer: string, scale: string) => {
    if (layerScale === null) return linearOnto(at, tensors, branch, layer);
    const scaled = tf.mul(linear(tensors, branch, layer), tensors.get(`${name}.${scale}.gamma`));
    return tf.add(at, scaled) as tf.Tensor3D;
  };
  const normalize = (at: tf.Tensor3D, layer: string) =>
    layerNorm(tensors, at, `${name}.${layer}`, layerNormEpsilon, true);
  const attended = tf.tidy(() => {
    const mixed = mixTokens(tensors, normalize(x, "norm1"), `${name}.attn`, headCount);
    return add(x, mixed, `${name}.attn.proj`, "ls1");
  });
  return tf.tidy(() => {
    const hidden = hiddenLayer(tensors, normalize(attended, "norm2"), `${name}.mlp.fc1`); // [B, T, 4 E]
    return add(attended, hidden, `${name}.mlp.fc2`, "ls2");
  });
}
