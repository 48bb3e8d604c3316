/**
 * Images per second that were measured, for the hours that a plan takes before anything of it was run here.
 *
 * Rates of the results folder's own rows go before these.
 */

import type { MeasuredRate } from "../../lib/experiment/estimate_work.ts";

/**
 * 224 px, TensorFlow 2.21. ResNet-50 learns at the rate of whole steps of the paper's batch of 81, images loaded and augmented
 * (`bench/paper_steps.ts`, two cores of an AMD EPYC; its warm-up has 27 images/s); the rest is of two cores of a shared Xeon
 * (Sapphire Rapids), batch 8 in training and 32 in embedding.
 */
export const MEASURED_RATES: readonly MeasuredRate[] = [
  { backbone: "resnet50", backend: "tensorflow", inputSize: 224, train: 8.9, embed: 36 },
  { backbone: "bn_inception", backend: "tensorflow", inputSize: 224, train: 15.9, embed: 64.8 },
  { backbone: "deit_s", backend: "tensorflow", inputSize: 224, train: 7, embed: 23.5 },
];
