/**
 * Images per second that were measured, for the hours that a plan takes before anything of it was run here.
 *
 * Rates of the results folder's own rows go before these.
 */

import type { MeasuredRate } from "../../lib/experiment/estimate_work.ts";

/** Two cores of a shared Xeon (Sapphire Rapids), TensorFlow 2.21, batch 8 in training and 32 in embedding, 224 px. */
export const MEASURED_RATES: readonly MeasuredRate[] = [
  { backbone: "resnet50", backend: "tensorflow", inputSize: 224, train: 9.3, embed: 36 },
  { backbone: "bn_inception", backend: "tensorflow", inputSize: 224, train: 15.9, embed: 64.8 },
  { backbone: "deit_s", backend: "tensorflow", inputSize: 224, train: 7, embed: 23.5 },
];
