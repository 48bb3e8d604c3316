/**
 * Residual networks with torchvision's names, from a table: a stem, then stages of blocks.
 *
 * Source: He et al., doi:10.1109/CVPR.2016.90; names and strides follow torchvision, whose bottleneck has its stride in the
 * second convolution ("v1.5").
 */

import * as tf from "@tensorflow/tfjs";
import type { FeatureMode } from "./backbone.ts";
import { kaimingNormalFanOut } from "./initializer.ts";
import { convNorm, type ConvNormLayer, convNormSpecs } from "./layers/conv_norm.ts";
import type { LayerContext } from "./layers/layer_context.ts";
import { globalAverageMaxPool, maxPool, type PoolOptions } from "./layers/pool.ts";
import type { TensorSpec } from "./tensor_spec.ts";
import type { TensorStore } from "./tensor_store.ts";

/** One convolution of a block, relative to the stage's width. */
export interface BlockConv {
  readonly kernelSize: 1 | 3;
  /** Output channels over the width of the stage. */
  readonly expansion: number;
  /** Whether the first block of a stage puts its stride here. */
  readonly hasStride: boolean;
}

/** A stage: blocks of one width. */
export interface ResidualStage {
  readonly name: string;
  readonly blockCount: number;
  readonly width: number;
  /** Stride of the first block. */
  readonly stride: number;
}

/** The table of a residual network. */
export interface ResidualTable {
  readonly stem: { readonly kernelSize: number; readonly outputCount: number };
  /** After the stem, if there is one. */
  readonly stemPool?: PoolOptions;
  readonly block: readonly BlockConv[];
  readonly stages: readonly ResidualStage[];
}

/** A block with every layer spelled out. */
export interface ResidualBlock {
  readonly convs: readonly ConvNormLayer[];
  /** Where the input's shape is not the output's. */
  readonly downsample?: ConvNormLayer;
}

/** A residual network with every layer spelled out. */
export interface ResidualNetwork {
  readonly stem: ConvNormLayer;
  readonly stemPool?: PoolOptions;
  readonly blocks: readonly ResidualBlock[];
}

/** PyTorch's default for batch norms. */
const MOMENTUM = 0.1;

/** Spells a table out, layer by layer. */
export function layOutResidualNetwork(table: ResidualTable): ResidualNetwork {
  const { kernelSize, outputCount } = table.stem;
  const blocks: ResidualBlock[] = [];
  let inputCount = outputCount;
  for (const stage of table.stages) {
    for (let i = 0; i < stage.blockCount; i++) {
      const stride = i === 0 ? stage.stride : 1;
      const block = layOutBlock(`${stage.name}.${i}`, table.block, {
        inputCount,
        width: stage.width,
        stride,
      });
      blocks.push(block);
      inputCount = block.convs.at(-1)!.outputCount;
    }
  }
  const stem = layOutConv({ conv: "conv1", norm: "bn1" }, 3, outputCount, kernelSize, 2);
  return { stem, stemPool: table.stemPool, blocks };
}

/** Specs of a residual network, in torchvision's order. */
export function residualNetworkSpecs({ stem, blocks }: ResidualNetwork): TensorSpec[] {
  const layers = blocks.flatMap(({ convs, downsample }) =>
    downsample ? [...convs, downsample] : convs
  );
  return [stem, ...layers].flatMap((layer) => convNormSpecs(layer, kaimingNormalFanOut));
}

/**
 * Features of a residual network: global average plus global maximum of the last stage.
 *
 * @param images [B, H, W, 3]
 * @returns [B, F]. The caller disposes it.
 */
export function residualFeatures(
  network: ResidualNetwork,
  tensors: TensorStore,
  images: tf.Tensor4D,
  { batchNorm }: FeatureMode,
): tf.Tensor2D {
  const context: LayerContext = { tensors, batchNorm, momentum: MOMENTUM };
  return tf.tidy(() => {
    let x = convNorm(context, images, network.stem, { hasRelu: true });
    if (network.stemPool) x = maxPool(x, network.stemPool);
    for (const block of network.blocks) x = residualBlock(context, x, block);
    return globalAverageMaxPool(x);
  });
}

/** relu(convolutions(x) + shortcut(x)), with a ReLU after every convolution but the last. */
function residualBlock(context: LayerContext, x: tf.Tensor4D, block: ResidualBlock): tf.Tensor4D {
  const residual = block.downsample
    ? convNorm(context, x, block.downsample, { hasRelu: false })
    : x;
  let inner = x;
  for (const layer of block.convs.slice(0, -1)) {
    inner = convNorm(context, inner, layer, { hasRelu: true });
  }
  return convNorm(context, inner, block.convs.at(-1)!, { hasRelu: true, residual });
}

interface BlockShape {
  readonly inputCount: number;
  readonly width: number;
  readonly stride: number;
}

function layOutBlock(name: string, block: readonly BlockConv[], shape: BlockShape): ResidualBlock {
  const { width, stride } = shape;
  let inputCount = shape.inputCount;
  const convs = block.map(({ kernelSize, expansion, hasStride }, i) => {
    const names = { conv: `${name}.conv${i + 1}`, norm: `${name}.bn${i + 1}` };
    const outputCount = width * expansion;
    const layer = layOutConv(names, inputCount, outputCount, kernelSize, hasStride ? stride : 1);
    inputCount = outputCount;
    return layer;
  });
  const isIdentity = stride === 1 && inputCount === shape.inputCount;
  if (isIdentity) return { convs };
  const names = { conv: `${name}.downsample.0`, norm: `${name}.downsample.1` };
  return { convs, downsample: layOutConv(names, shape.inputCount, inputCount, 1, stride) };
}

/** A convolution whose padding keeps the size at stride 1. */
function layOutConv(
  names: { readonly conv: string; readonly norm: string },
  inputCount: number,
  outputCount: number,
  kernelSize: number,
  stride: number,
): ConvNormLayer {
  const pad = (kernelSize - 1) / 2;
  return { ...names, inputCount, outputCount, kernelSize, stride, pad, hasBias: false };
}
