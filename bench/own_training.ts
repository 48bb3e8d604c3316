/** Our side of a comparison of training steps and embeddings. */

import type * as tf from "@tensorflow/tfjs";
import { cpuUsage } from "node:process";
import type { Backend, BackendName, Precision } from "../lib/backend/backend.ts";
import { openBackend } from "../lib/backend/open_backend.ts";
import { findBackbone } from "../lib/model/registry.ts";
import { createLearner, type Learner } from "../lib/train/learner.ts";
import { type StepOptions, trainStep } from "../lib/train/step.ts";
import { readPeakMemory } from "./peak_memory.ts";
import { benchConfig, randomImages } from "./train_setup.ts";

/** Classes that have a proxy. */
export const CLASS_COUNT = 100;

/** One side of the comparison. */
export interface Side {
  readonly name: string;
  /** Milliseconds. */
  readonly step: () => Promise<number>;
  /** Milliseconds. */
  readonly embed: () => Promise<number>;
  /** Processor milliseconds of the last step or embedding. */
  readonly processor: () => Promise<number>;
  /** Bytes that the process ever held; `null` where the system does not tell. */
  readonly memory: () => Promise<number | null>;
}

/** What is compared; plain data. */
export interface OwnChoice {
  readonly backbone: string;
  readonly backend: BackendName;
  readonly precision: Precision;
  readonly threads: number;
  /** Images of a step. */
  readonly batch: number;
  /** Images of an embedding. */
  readonly embedBatch: number;
}

/** Our side, and what it stands on. */
export interface OwnSide {
  readonly side: Side;
  readonly backend: Backend;
  readonly learner: Learner;
  readonly options: StepOptions;
}

/** Opens the backend and makes the network with random weights. */
export async function openOwnSide(choice: OwnChoice): Promise<OwnSide> {
  const { precision, threads, batch, embedBatch } = choice;
  const { backend } = await openBackend(choice.backend, {
    ...(choice.backend === "tensorflow" ? { threads } : {}),
    precision,
  });
  const config = benchConfig(findBackbone(choice.backbone), batch);
  const options: StepOptions = { config, isWarmup: false, learningRateFactor: 1 };
  const learner = createLearner(config, CLASS_COUNT, null);
  const images = randomImages(batch, config.inputSize);
  const labels = Array.from({ length: batch }, (_, i) => i % CLASS_COUNT);
  let more: tf.Tensor4D | undefined;
  const openImages = () => {
    learner.embedder.keepTensors(() => new Promise(() => {})); // from here to the end, as over an evaluation's batches
    return randomImages(embedBatch, config.inputSize);
  };
  let processorMs = 0; // of the last run
  const timed = async (run: () => Promise<unknown>) => {
    const [start, startUsage] = [performance.now(), cpuUsage()];
    await run();
    const { user, system } = cpuUsage(startUsage);
    processorMs = (user + system) / 1e3;
    return performance.now() - start;
  };
  const side: Side = {
    name: `proxyan, ${backend.name} ${backend.version}, ${backend.precision}`,
    step: () => timed(() => trainStep(learner, images, labels, options)),
    embed: () =>
      timed(async () => {
        more ??= openImages();
        const embeddings = await learner.embedder.embedEvaluation(more);
        await embeddings.data();
        embeddings.dispose();
      }),
    processor: () => Promise.resolve(processorMs),
    memory: readPeakMemory,
  };
  return { side, backend, learner, options };
}
