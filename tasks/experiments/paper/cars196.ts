/**
 * Cars-196: the paper's setting, all training images.
 *
 * Stands for: the Cars-196 columns of the main table, Recall@1, 2, 4, 8.
 * Command: deno task train --profile paper --dataset cars196 --loss proxy_an,proxy_anchor,proxy_nca --backbone resnet50
 * Hardware and time: sized for one data-center GPU, where it was not measured. On two CPU cores, by arithmetic from
 * bench/train_step.ts (8 training and 30 embedded images/s for ResNet-50): 14 hours of steps, 4 of evaluation.
 * Expected: the paper's own cells were not at hand. For Proxy-Anchor, others published Recall@1 87.7 (ResNet-50) and 86.1
 * (BN-Inception), see lib/results/claims/published_results.csv.
 */

import type { ExperimentSettings } from "../../../lib/experiment/settings.ts";
import { PAPER_COMMON, PAPER_OPTIMIZER } from "./common.ts";

/** METHOD's table "Optimization", column CARS196. */
export const CARS196: ExperimentSettings = {
  ...PAPER_COMMON,
  epochCount: 50,
  evaluateEvery: 1,
  classesPerBatch: 27,
  imagesPerClass: 3,
  hasFrozenBatchNorm: true,
  optimizer: { ...PAPER_OPTIMIZER, learningRate: 1e-4, proxyLearningRateMultiplier: 100 },
  schedule: { kind: "step", every: 5, factor: 0.5 },
};
