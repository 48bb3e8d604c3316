/**
 * The paper's settings, per dataset. Source: the configuration of Peng et al.'s implementation, as METHOD states it.
 *
 * Stands for: the paper's retrieval tables, one run per dataset, loss, backbone and seed.
 * Hardware and time: sized for one data-center GPU; no run at this scale has been made with this code yet.
 * Expected: unknown until then; results/tables shows what has been run, and published numbers with their sources.
 */

import type { DatasetName } from "../../lib/dataset/record.ts";
import type { ExperimentSettings } from "../../lib/experiment/settings.ts";
import type { ExperimentGrid } from "./experiment.ts";

const COMMON = {
  embeddingSize: 512,
  warmupEpochCount: 2,
  resizeSize: 256,
  inputSize: 224,
  margin: 0.1,
  alpha: 32,
} as const;

const OPTIMIZER = { name: "adamw", weightDecay: 1e-4, clipValue: 10 } as const;

/** METHOD's table "Optimization", column by column. */
export const PAPER_SETTINGS: Readonly<Record<DatasetName, ExperimentSettings>> = {
  cub200: {
    ...COMMON,
    epochCount: 50,
    evaluateEvery: 1,
    classesPerBatch: 27,
    imagesPerClass: 3,
    hasFrozenBatchNorm: true,
    optimizer: { ...OPTIMIZER, learningRate: 1.5e-4, proxyLearningRateMultiplier: 500 },
    schedule: { kind: "step", every: 5, factor: 0.5 },
  },
  cars196: {
    ...COMMON,
    epochCount: 50,
    evaluateEvery: 1,
    classesPerBatch: 27,
    imagesPerClass: 3,
    hasFrozenBatchNorm: true,
    optimizer: { ...OPTIMIZER, learningRate: 1e-4, proxyLearningRateMultiplier: 100 },
    schedule: { kind: "step", every: 5, factor: 0.5 },
  },
  sop: {
    ...COMMON,
    epochCount: 100,
    evaluateEvery: 2,
    classesPerBatch: 40,
    imagesPerClass: 2,
    hasFrozenBatchNorm: false,
    optimizer: { ...OPTIMIZER, learningRate: 5e-4, proxyLearningRateMultiplier: 100 },
    schedule: { kind: "step", every: 20, factor: 0.5 },
  },
  in_shop: {
    ...COMMON,
    epochCount: 100,
    evaluateEvery: 1,
    classesPerBatch: 40,
    imagesPerClass: 2,
    hasFrozenBatchNorm: false,
    optimizer: { ...OPTIMIZER, learningRate: 5e-4, proxyLearningRateMultiplier: 100 },
    schedule: { kind: "step", every: 10, factor: 0.5 },
  },
};

/** The paper's full grid. */
export const PAPER_GRIDS: readonly ExperimentGrid[] = [{
  settings: [
    { kind: "full" },
    ...[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1].map((rate) =>
      ({ kind: "partial", rate }) as const
    ),
    ...[10, 20, 50, 100, 150].map((gamma) => ({ kind: "imbalance", gamma }) as const),
  ],
  protocols: ["published"],
  backbones: ["resnet50", "bn_inception", "deit_s"],
  seeds: [2024],
}];
