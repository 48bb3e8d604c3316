/**
 * The miniature settings: every code path of the paper's experiments, on drawn datasets and a small residual network.
 *
 * Stands for: nothing in the paper; it shows that the whole system runs, learns and is repeatable.
 * Hardware and time: two CPU cores, a few seconds a run on backend wasm.
 * Expected: Recall@1 of Proxy-AN at least 15 points over the untrained network on every miniature (results/tables).
 */

import type { DatasetName } from "../../lib/dataset/datasets.ts";
import type { ExperimentSettings } from "../../lib/experiment/settings.ts";
import { COMPARED_LOSSES } from "./compared_losses.ts";
import type { ExperimentPart } from "./experiment_grid.ts";

const COMMON = {
  embeddingSize: 64,
  epochCount: 18,
  warmupEpochCount: 1,
  evaluateEvery: 3,
  resizeSize: 36,
  inputSize: 32,
  // alpha: one of the paper's two; with 32 a few dozen updates of a small network get stuck
  lossParameters: { alpha: 12, margin: 0.1 },
  optimizer: {
    name: "adamw",
    learningRate: 1e-2,
    proxyLearningRateMultiplier: 10,
    weightDecay: 1e-4,
    clipValue: 10,
  },
  schedule: { kind: "step", every: 6, factor: 0.5 },
} as const;

/** Batch norms are not frozen where the paper freezes them: a network that starts from random weights has no statistics. */
export const MINI_SETTINGS: Readonly<Record<DatasetName, ExperimentSettings>> = {
  cub200: { ...COMMON, classesPerBatch: 12, imagesPerClass: 4, hasFrozenBatchNorm: false },
  cars196: { ...COMMON, classesPerBatch: 12, imagesPerClass: 4, hasFrozenBatchNorm: false },
  sop: { ...COMMON, classesPerBatch: 24, imagesPerClass: 2, hasFrozenBatchNorm: false },
  in_shop: { ...COMMON, classesPerBatch: 24, imagesPerClass: 2, hasFrozenBatchNorm: false },
};

/**
 * All settings by the published protocol, and the full setting by the corrected one too: with held-out classes, which choose
 * the epoch, and on all classes, which is the model that such a choice is for.
 */
export const MINI_PARTS: readonly ExperimentPart[] = [{
  name: "miniatures",
  claim: "every code path on drawn images; no number of the paper",
  grids: [
    {
      settings: [{ kind: "full" }],
      protocols: ["published", "corrected"],
      backbones: ["resnet_mini"],
      losses: COMPARED_LOSSES,
      seeds: [2024, 2025],
      heldOutShares: [0.15, 0],
    },
    {
      settings: [
        { kind: "partial", rate: 0.3 },
        { kind: "partial", rate: 0.6 },
        { kind: "imbalance", gamma: 10 },
        { kind: "imbalance", gamma: 50 },
      ],
      protocols: ["published"],
      backbones: ["resnet_mini"],
      losses: COMPARED_LOSSES,
      seeds: [2024],
    },
  ],
}];
