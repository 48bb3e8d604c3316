/**
 * Small real photographs and a small network: what a laptop can say of the paper's comparison.
 *
 * Stands for: nothing in the paper. Half of Cars196's images and a quarter of CUB's classes, at 112 px: its question, whether
 * Proxy-AN leads Proxy-Anchor, with all data, parts of it and imbalance; not its numbers.
 * Command: deno task reproduce-all --profile photos --weights deit_ti=FILE
 */

import { PROTOCOLS } from "../../lib/dataset/protocol.ts";
import type { Setting } from "../../lib/dataset/setting.ts";
import { COMPARED_LOSSES } from "./compared_losses.ts";
import type { ExperimentGrid, ExperimentPart, ProfileSettings } from "./experiment_grid.ts";

const OPTIMIZER = { name: "adamw", weightDecay: 1e-4, clipValue: 10 } as const;

/** DeiT-Ti from ImageNet weights: the paper's optimizer, warm-up, decay and ratio of sizes, in fewer epochs. */
const COMMON = {
  embeddingSize: 512,
  epochCount: 8,
  warmupEpochCount: 1,
  evaluateEvery: 1,
  resizeSize: 128, // 256 / 224, METHOD's ratio
  inputSize: 112,
  hasFrozenBatchNorm: true,
  lossParameters: { alpha: 32, margin: 0.1 },
} as const;

/** ResNet-mini from random weights: its batch norms have no statistics to freeze, and it needs more steps. */
const RESNET_MINI = {
  embeddingSize: 128,
  epochCount: 40,
  warmupEpochCount: 1,
  evaluateEvery: 4,
  resizeSize: 73,
  inputSize: 64,
  hasFrozenBatchNorm: false,
  lossParameters: { alpha: 12, margin: 0.1 },
  optimizer: { ...OPTIMIZER, learningRate: 1e-2, proxyLearningRateMultiplier: 10 },
  schedule: { kind: "step", every: 10, factor: 0.5 },
} as const;

/** What each dataset fixes. */
export const PHOTOS_SETTINGS: ProfileSettings = {
  cub200: {
    ...COMMON,
    classesPerBatch: 16, // of 25: fewer are left where classes are held out
    imagesPerClass: 5,
    optimizer: { ...OPTIMIZER, learningRate: 1.5e-4, proxyLearningRateMultiplier: 500 },
    schedule: { kind: "step", every: 3, factor: 0.5 },
    byBackbone: { resnet_mini: RESNET_MINI },
  },
  cars196: {
    ...COMMON,
    epochCount: 4, // of more steps than CUB has, on the same two hours
    classesPerBatch: 27,
    imagesPerClass: 3,
    optimizer: { ...OPTIMIZER, learningRate: 1e-4, proxyLearningRateMultiplier: 100 },
    schedule: { kind: "step", every: 3, factor: 0.5 },
    byBackbone: { resnet_mini: RESNET_MINI },
  },
};

const SEEDS = [2024, 2025, 2026, 2027, 2028];
const PARTS_AND_IMBALANCE: readonly Setting[] = [
  ...[0.2, 0.4, 0.7].map((rate) => ({ kind: "partial", rate } as const)),
  ...[10, 50].map((gamma) => ({ kind: "imbalance", gamma } as const)),
];

/** All settings by both protocols; partial and imbalance at the authors' two alphas. */
function allSettings(backbone: string): readonly ExperimentGrid[] {
  const common = {
    protocols: PROTOCOLS,
    backbones: [backbone],
    losses: COMPARED_LOSSES,
    seeds: SEEDS,
  };
  return [
    // held-out classes choose the epoch; the model that the choice is for trains on all classes
    { ...common, settings: [{ kind: "full" }], heldOutShares: [0.15, 0] },
    { ...common, settings: PARTS_AND_IMBALANCE, lossParameters: { alpha: [12, 32] } },
  ];
}

/** A part for each network. */
export const PHOTOS_PARTS: readonly ExperimentPart[] = [
  {
    name: "deit_ti",
    claim: "fine-tuning DeiT-Ti from ImageNet weights on small photographs",
    grids: allSettings("deit_ti"),
  },
  {
    name: "resnet_mini",
    claim: "training a small residual network on small photographs, from random weights",
    grids: allSettings("resnet_mini"),
  },
];
