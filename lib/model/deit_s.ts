/**
 * DeiT-S, distilled, with timm's names (`deit_small_distilled_patch16_224`), F = 384.
 *
 * Source: Touvron et al., "Training data-efficient image transformers & distillation through attention", arXiv:2012.12877.
 * The feature is the mean of the class token and the distillation token after the last layer norm.
 */

import * as tf from "@tensorflow/tfjs";
import { IMAGENET_PRESET } from "../image/preset.ts";
import type { Backbone } from "./backbone.ts";
import { type Initializer, uniformFanIn, ZEROS } from "./initializer.ts";
import { selfAttention } from "./layers/attention.ts";
import { gelu } from "./layers/gelu.ts";
import { layerNorm, layerNormSpecs } from "./layers/layer_norm.ts";
import { linear, linearSpecs } from "./layers/linear.ts";
import { gridResizeMatrix } from "./position_embedding.ts";
import type { TensorSpec } from "./tensor_spec.ts";
import type { TensorStore } from "./tensor_store.ts";

const WIDTH = 384; // E = F
const BLOCK_COUNT = 12;
const HEAD_COUNT = 6;
const HIDDEN_COUNT = 4 * WIDTH;
const PATCH_SIZE = 16;
/** Patches per side that the position embeddings were learned on. */
const GRID_SIZE = IMAGENET_PRESET.inputSize / PATCH_SIZE;
/** Class token and distillation token. */
const EXTRA_COUNT = 2;
const LAYER_NORM_EPSILON = 1e-6;

/** timm truncates at ±2, which is 100 deviations away. */
const SMALL_NORMAL: Initializer = { kind: "normal", deviation: 0.02 };
const LINEAR_INIT = { weight: SMALL_NORMAL, bias: ZEROS };
const PATCH_SHAPE = [WIDTH, 3, PATCH_SIZE, PATCH_SIZE];

/** DeiT-S, distilled; loads timm's weights. */
export const DEIT_S: Backbone = {
  name: "deit_s",
  featureCount: WIDTH,
  inputSize: IMAGENET_PRESET.inputSize,
  preset: IMAGENET_PRESET,
  specs: deitSpecs(),
  headInit: "orthogonal",
  leftoverPrefixes: ["head.", "head_dist."],
  features: deitFeatures,
};

function deitSpecs(): TensorSpec[] {
  const token = (name: string, count: number): TensorSpec => ({
    name,
    shape: [1, count, WIDTH],
    role: "token",
    init: SMALL_NORMAL,
  });
  const patchInit = uniformFanIn(PATCH_SHAPE);
  return [
    token("cls_token", 1),
    token("dist_token", 1),
    token("pos_embed", GRID_SIZE ** 2 + EXTRA_COUNT),
    { name: "patch_embed.proj.weight", shape: PATCH_SHAPE, role: "conv", init: patchInit },
    { name: "patch_embed.proj.bias", shape: [WIDTH], role: "vector", init: patchInit },
    ...Array.from({ length: BLOCK_COUNT }, (_, i) => blockSpecs(`blocks.${i}`)).flat(),
    ...layerNormSpecs("norm", WIDTH),
  ];
}

function blockSpecs(name: string): TensorSpec[] {
  return [
    ...layerNormSpecs(`${name}.norm1`, WIDTH),
    ...linearSpecs(`${name}.attn.qkv`, WIDTH, 3 * WIDTH, LINEAR_INIT),
    ...linearSpecs(`${name}.attn.proj`, WIDTH, WIDTH, LINEAR_INIT),
    ...layerNormSpecs(`${name}.norm2`, WIDTH),
    ...linearSpecs(`${name}.mlp.fc1`, WIDTH, HIDDEN_COUNT, LINEAR_INIT),
    ...linearSpecs(`${name}.mlp.fc2`, HIDDEN_COUNT, WIDTH, LINEAR_INIT),
  ];
}

/** Features [B, 384] of images [B, H, W, 3]; pixels beyond a whole number of patches do not count. */
function deitFeatures(tensors: TensorStore, images: tf.Tensor4D): tf.Tensor2D {
  return tf.tidy(() => {
    let x = embedPatches(tensors, images); // [B, T, E]
    for (let i = 0; i < BLOCK_COUNT; i++) x = transformerBlock(tensors, x, `blocks.${i}`);
    const tokens = tf.slice(x, [0, 0, 0], [-1, EXTRA_COUNT, -1]); // only these two matter now
    return tf.mean(layerNorm(tensors, tokens, "norm", LAYER_NORM_EPSILON), 1) as tf.Tensor2D;
  });
}

/** Class token, distillation token, then one token per patch, each with its position added. */
function embedPatches(tensors: TensorStore, images: tf.Tensor4D): tf.Tensor3D {
  const filter = tensors.get("patch_embed.proj.weight") as unknown as tf.Tensor4D;
  const grid = tf.conv2d(images, filter, PATCH_SIZE, "valid"); // [B, rows, columns, E]
  const [batchSize, rowCount, columnCount] = grid.shape;
  const patches = tf.add(
    tf.reshape(grid, [batchSize, rowCount * columnCount, WIDTH]),
    tensors.get("patch_embed.proj.bias"),
  );
  const extra = ["cls_token", "dist_token"].map((name) =>
    tf.tile(tensors.get(name), [batchSize, 1, 1])
  );
  const tokens = tf.concat([...extra, patches], 1);
  return tf.add(tokens, positions(tensors, rowCount, columnCount)) as tf.Tensor3D;
}

/** Position embeddings [1, T, E] for a grid of patches. Those of the extra tokens stay as they are. */
function positions(tensors: TensorStore, rowCount: number, columnCount: number): tf.Tensor {
  const learned = tensors.get("pos_embed");
  if (rowCount === GRID_SIZE && columnCount === GRID_SIZE) return learned;
  const all = tf.reshape(learned, [-1, WIDTH]) as tf.Tensor2D;
  const extra = tf.slice(all, [0, 0], [EXTRA_COUNT, WIDTH]);
  const grid = tf.slice(all, [EXTRA_COUNT, 0], [GRID_SIZE ** 2, WIDTH]);
  const matrix = tf.tensor2d(
    gridResizeMatrix(GRID_SIZE, rowCount, columnCount),
    [rowCount * columnCount, GRID_SIZE ** 2],
  );
  return tf.expandDims(tf.concat([extra, tf.matMul(matrix, grid)], 0), 0);
}

/** x + attention(norm(x)), then x + mlp(norm(x)). */
function transformerBlock(tensors: TensorStore, x: tf.Tensor3D, name: string): tf.Tensor3D {
  const attended = tf.add(
    x,
    selfAttention(
      tensors,
      layerNorm(tensors, x, `${name}.norm1`, LAYER_NORM_EPSILON),
      `${name}.attn`,
      HEAD_COUNT,
    ),
  ) as tf.Tensor3D;
  const normalized = layerNorm(tensors, attended, `${name}.norm2`, LAYER_NORM_EPSILON);
  const hidden = gelu(linear(tensors, normalized, `${name}.mlp.fc1`)); // [B, T, 4 E]
  return tf.add(attended, linear(tensors, hidden, `${name}.mlp.fc2`)) as tf.Tensor3D;
}
