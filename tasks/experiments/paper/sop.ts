/**
 * Stanford Online Products: the paper's setting, all training images.
 *
 * Stands for: the SOP columns of the main table, Recall@1, 10, 100, 1000.
 * Command: deno task train --profile paper --dataset sop --loss proxy_an,proxy_anchor,proxy_nca --backbone resnet50
 * Hardware and time: one data-center GPU, where it was not measured: 6 million training images. Two CPU cores would take
 * about ten days, by arithmetic from bench/train_step.ts.
 * Expected: the paper's own cells were not at hand. For Proxy-Anchor, others published Recall@1 79.1 (BN-Inception), see
 * lib/results/claims/published_results.csv.
 */

import type { ExperimentSettings } from "../../../lib/experiment/settings.ts";
import { PAPER_COMMON, PAPER_OPTIMIZER } from "./common.ts";

/** METHOD's table "Optimization", column SOP. */
export const SOP: ExperimentSettings = {
  ...PAPER_COMMON,
  epochCount: 100,
  evaluateEvery: 2,
  classesPerBatch: 40,
  imagesPerClass: 2,
  hasFrozenBatchNorm: false,
  optimizer: { ...PAPER_OPTIMIZER, learningRate: 5e-4, proxyLearningRateMultiplier: 100 },
  schedule: { kind: "step", every: 20, factor: 0.5 },
};
