/**
 * In-shop Clothes Retrieval: the paper's setting, all training images.
 *
 * Stands for: the In-Shop columns of the main table, Recall@1, 10, 20, 30, 40, 50.
 * Command: deno task train --profile paper --dataset in_shop --loss proxy_an,proxy_anchor,proxy_nca --backbone resnet50
 * Hardware and time: one data-center GPU, where it was not measured: 2.6 million training images. Two CPU cores would take
 * about five days, by arithmetic from bench/train_step.ts.
 * Expected: the paper's own cells were not at hand. For Proxy-Anchor, others published Recall@1 91.5 (BN-Inception), see
 * lib/results/claims/published_results.csv.
 */

import type { ExperimentSettings } from "../../../lib/experiment/settings.ts";
import { PAPER_COMMON, PAPER_OPTIMIZER } from "./common.ts";

/** METHOD's table "Optimization", column IN_SHOP. */
export const IN_SHOP: ExperimentSettings = {
  ...PAPER_COMMON,
  epochCount: 100,
  evaluateEvery: 1,
  classesPerBatch: 40,
  imagesPerClass: 2,
  hasFrozenBatchNorm: false,
  optimizer: { ...PAPER_OPTIMIZER, learningRate: 5e-4, proxyLearningRateMultiplier: 100 },
  schedule: { kind: "step", every: 10, factor: 0.5 },
};
