/**
 * CUB-200-2011: the paper's setting, all training images.
 *
 * Stands for: the CUB-200-2011 columns of the main table, Recall@1, 2, 4, 8.
 * Command: deno task train --profile paper --dataset cub200 --loss proxy_an,proxy_anchor,proxy_nca --backbone resnet50
 * Hardware and time: sized for one data-center GPU, where it was not measured. On two CPU cores, by arithmetic from
 * bench/train_step.ts (8 training and 30 embedded images/s for ResNet-50): 10 hours of steps, 3 of evaluation.
 * Expected: the paper's own cells were not at hand. For Proxy-Anchor, others published Recall@1 69.9 (ResNet-50) and 68.4
 * (BN-Inception), see lib/results/claims/published_results.csv.
 */

import type { ExperimentSettings } from "../../../lib/experiment/settings.ts";
import { PAPER_COMMON, PAPER_OPTIMIZER } from "./common.ts";

/** METHOD's table "Optimization", column CUB200. */
export const CUB200: ExperimentSettings = {
  ...PAPER_COMMON,
  epochCount: 50,
  evaluateEvery: 1,
  classesPerBatch: 27,
  imagesPerClass: 3,
  hasFrozenBatchNorm: true,
  optimizer: { ...PAPER_OPTIMIZER, learningRate: 1.5e-4, proxyLearningRateMultiplier: 500 },
  schedule: { kind: "step", every: 5, factor: 0.5 },
};
