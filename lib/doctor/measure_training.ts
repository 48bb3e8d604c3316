/** How fast a backbone trains and embeds on the current backend. */

import { SMALLER_BATCH } from "../backend/smaller_batch.ts";
import { InputError } from "../errors.ts";
import type { Backbone } from "../model/backbone.ts";
import { createLearner, disposeLearner } from "../train/learner.ts";
import { trainStep } from "../train/step.ts";
import { noiseImages, stepConfig } from "./step_values.ts";

/** Images a second. */
export interface TrainingRate {
  readonly training: number;
  readonly embedding: number;
}

/** Runs that are timed, after one that compiles. */
const RUN_COUNT = 5;

/**
 * Measures steps and embeddings of a batch.
 *
 * @returns The rates, or `null` if the device has too little memory for the batch.
 */
export async function measureTraining(
  backbone: Backbone,
  batchSize: number,
  inputSize?: number,
): Promise<TrainingRate | null> {
  const options = {
    backbone,
    batchSize,
    hasFrozenBatchNorm: true,
    ...(inputSize ? { inputSize } : {}),
  };
  const config = stepConfig(options);
  const learner = createLearner(config, batchSize, null);
  const images = noiseImages(batchSize, config.inputSize);
  const labels = Array.from({ length: batchSize }, (_, i) => i);
  try {
    const training = await measureSeconds(() =>
      trainStep(learner, images, labels, { config, isWarmup: false, learningRateFactor: 1 })
    );
    const { embedder } = learner;
    const embed = async () => {
      const embeddings = await embedder.embedEvaluation(images);
      await embeddings.data();
      embeddings.dispose();
    };
    const embedding = await embedder.keepTensors(() => measureSeconds(embed));
    return { training: batchSize / training, embedding: batchSize / embedding };
  } catch (error) {
    if (error instanceof InputError && error.message.endsWith(SMALLER_BATCH)) return null;
    throw error;
  } finally {
    disposeLearner(learner);
    images.dispose();
  }
}

/** Mean of the runs; every one of them ends with a number that is read, so that a GPU has finished. */
async function measureSeconds(run: () => Promise<unknown>): Promise<number> {
  await run();
  const startMs = performance.now();
  for (let i = 0; i < RUN_COUNT; i++) await run();
  return (performance.now() - startMs) / 1000 / RUN_COUNT;
}
