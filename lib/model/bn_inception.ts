/**
 * BN-Inception with the names of `pretrainedmodels`, F = 1024.
 *
 * Source: Ioffe and Szegedy, "Batch Normalization", arXiv:1502.03167, appendix; channel counts, names, ceil-mode pools and
 * the convolutions' biases follow the published PyTorch weights.
 */

import * as tf from "@tensorflow/tfjs";
import { BN_INCEPTION_PRESET } from "../image/preset.ts";
import type { Backbone, FeatureMode } from "./backbone.ts";
import { uniformFanIn } from "./initializer.ts";
import { convNorm, type ConvNormLayer, convNormSpecs } from "./layers/conv_norm.ts";
import type { LayerContext } from "./layers/layer_context.ts";
import { averagePool, globalAverageMaxPool, maxPool, type PoolOptions } from "./layers/pool.ts";
import type { TensorStore } from "./tensor_store.ts";

/** How the last branch of a module pools. */
type ModulePool = "average" | "max";

/** One module: output channels of every convolution. */
interface InceptionRow {
  readonly name: string;
  /** Absent from the modules that halve the size. */
  readonly single?: number;
  /** 1x1, then 3x3. */
  readonly reduced: readonly [number, number];
  /** 1x1, then 3x3 twice. */
  readonly double: readonly [number, number, number];
  readonly pool: ModulePool;
  /** 1x1 after the pool; absent from the modules that halve the size. */
  readonly projected?: number;
}

// deno-fmt-ignore
const ROWS: readonly InceptionRow[] = [
  { name: "3a", single: 64, reduced: [64, 64], double: [64, 96, 96], pool: "average", projected: 32 },
  { name: "3b", single: 64, reduced: [64, 96], double: [64, 96, 96], pool: "average", projected: 64 },
  { name: "3c", reduced: [128, 160], double: [64, 96, 96], pool: "max" },
  { name: "4a", single: 224, reduced: [64, 96], double: [96, 128, 128], pool: "average", projected: 128 },
  { name: "4b", single: 192, reduced: [96, 128], double: [96, 128, 128], pool: "average", projected: 128 },
  { name: "4c", single: 160, reduced: [128, 160], double: [128, 160, 160], pool: "average", projected: 128 },
  { name: "4d", single: 96, reduced: [128, 192], double: [160, 192, 192], pool: "average", projected: 128 },
  { name: "4e", reduced: [128, 192], double: [192, 256, 256], pool: "max" },
  { name: "5a", single: 352, reduced: [192, 320], double: [160, 224, 224], pool: "average", projected: 128 },
  { name: "5b", single: 352, reduced: [192, 320], double: [192, 224, 224], pool: "max", projected: 128 },
];

/** Of every batch norm of the published weights; PyTorch's convention. */
const MOMENTUM = 0.9;
const HALVING_POOL: PoolOptions = { kernelSize: 3, stride: 2, pad: 0, isCeil: true };
const KEEPING_POOL: PoolOptions = { kernelSize: 3, stride: 1, pad: 1, isCeil: true };

const STEM = layOutConv("conv1_7x7_s2", 3, 64, 7, 2);
const STEM_REDUCE = layOutConv("conv2_3x3_reduce", 64, 64, 1, 1);
const STEM_CONV = layOutConv("conv2_3x3", 64, 192, 3, 1);

/** A module with every layer spelled out; each branch is a chain, and the last one begins with the pool. */
interface InceptionModule {
  readonly branches: readonly (readonly ConvNormLayer[])[];
  readonly poolBranch: readonly ConvNormLayer[];
  readonly pool: ModulePool;
  readonly poolOptions: PoolOptions;
  readonly outputCount: number;
}

const MODULES = layOutModules();

/** BN-Inception; loads the weights of `pretrainedmodels`. */
export const BN_INCEPTION: Backbone = {
  name: "bn_inception",
  title: "BN-Inception",
  sizeClass: "large",
  featureCount: MODULES.at(-1)!.outputCount,
  inputSize: BN_INCEPTION_PRESET.inputSize,
  preset: BN_INCEPTION_PRESET,
  specs: [
    ...[STEM, STEM_REDUCE, STEM_CONV],
    ...MODULES.flatMap(({ branches, poolBranch }) => [...branches, poolBranch].flat()),
  ].flatMap((layer) => convNormSpecs(layer, uniformFanIn)),
  headInit: "default",
  leftoverPrefixes: ["last_linear."],
  features: inceptionFeatures,
};

function layOutConv(
  name: string,
  inputCount: number,
  outputCount: number,
  kernelSize: number,
  stride: number,
): ConvNormLayer {
  const pad = (kernelSize - 1) / 2;
  const names = { conv: name, norm: `${name}_bn` };
  return { ...names, inputCount, outputCount, kernelSize, stride, pad, hasBias: true };
}

function layOutModules(): InceptionModule[] {
  let inputCount = STEM_CONV.outputCount;
  return ROWS.map((row) => {
    const module = layOutModule(row, inputCount);
    inputCount = module.outputCount;
    return module;
  });
}

/** A module without a 1x1 branch halves the size: stride 2 in each branch's last layer. */
function layOutModule(row: InceptionRow, inputCount: number): InceptionModule {
  const { single, reduced, double, projected } = row;
  const prefix = `inception_${row.name}`;
  const stride = single === undefined ? 2 : 1;
  const branches = [
    ...(single === undefined ? [] : [[layOutConv(`${prefix}_1x1`, inputCount, single, 1, 1)]]),
    [
      layOutConv(`${prefix}_3x3_reduce`, inputCount, reduced[0], 1, 1),
      layOutConv(`${prefix}_3x3`, reduced[0], reduced[1], 3, stride),
    ],
    [
      layOutConv(`${prefix}_double_3x3_reduce`, inputCount, double[0], 1, 1),
      layOutConv(`${prefix}_double_3x3_1`, double[0], double[1], 3, 1),
      layOutConv(`${prefix}_double_3x3_2`, double[1], double[2], 3, stride),
    ],
  ];
  const poolBranch = projected === undefined
    ? []
    : [layOutConv(`${prefix}_pool_proj`, inputCount, projected, 1, 1)];
  const outputCount = (single ?? 0) + reduced[1] + double[2] + (projected ?? inputCount);
  const poolOptions = stride === 2 ? HALVING_POOL : KEEPING_POOL;
  return { branches, poolBranch, pool: row.pool, poolOptions, outputCount };
}

/** Features [B, 1024] of images [B, H, W, 3]: global average plus global maximum of the last module. */
function inceptionFeatures(
  tensors: TensorStore,
  images: tf.Tensor4D,
  { batchNorm }: FeatureMode,
): tf.Tensor2D {
  const context: LayerContext = { tensors, batchNorm, momentum: MOMENTUM };
  return tf.tidy(() => {
    let x = maxPool(applyChain(context, images, [STEM]), HALVING_POOL);
    x = maxPool(applyChain(context, x, [STEM_REDUCE, STEM_CONV]), HALVING_POOL);
    for (const module of MODULES) x = applyModule(context, x, module);
    return globalAverageMaxPool(x);
  });
}

function applyModule(context: LayerContext, x: tf.Tensor4D, module: InceptionModule): tf.Tensor4D {
  const pool = module.pool === "average" ? averagePool : maxPool;
  const outputs = [
    ...module.branches.map((branch) => applyChain(context, x, branch)),
    applyChain(context, pool(x, module.poolOptions), module.poolBranch),
  ];
  return tf.concat(outputs, 3);
}

function applyChain(
  context: LayerContext,
  x: tf.Tensor4D,
  layers: readonly ConvNormLayer[],
): tf.Tensor4D {
  return layers.reduce((input, layer) => convNorm(context, input, layer, { hasRelu: true }), x);
}
