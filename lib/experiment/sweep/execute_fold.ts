/** One run of a trial: trains on all folds of the training classes but one, and scores that one. No test image is read. */

import type { Backend } from "../../backend/backend.ts";
import { type Fold, holdOutFold } from "../../dataset/held_out.ts";
import type { Dataset } from "../../dataset/record.ts";
import { makeFolder } from "../../file/atomic_write.ts";
import type { NamedTensor } from "../../file/named_tensor.ts";
import { createImageLoader } from "../../image/loader.ts";
import { findBackbone } from "../../model/registry.ts";
import { RandomStream } from "../../random_stream.ts";
import type { TrainConfig } from "../../train/config.ts";
import { createLearner, disposeLearner } from "../../train/learner.ts";
import { identifyRun } from "../../train/run_identity.ts";
import { runTraining, type TrainingEvent } from "../../train/run_training.ts";
import { DECODED_CACHE_BYTES } from "../decoded_cache.ts";
import { scoreHeldOut } from "../evaluate_embedder.ts";
import { RunStopped } from "../execute_run.ts";
import { hashCode } from "../hash_code.ts";
import { checkClassCount } from "../training_data.ts";

/** What a fold came to. */
export interface FoldOutcome {
  /** Of the held-out classes after the last epoch, percent. */
  readonly recallAt1: number;
  /** Of the training steps. */
  readonly wallSeconds: number;
}

/** What a fold stands on. */
export interface FoldOptions {
  /** Only its last epoch is scored. */
  readonly config: TrainConfig;
  readonly fold: Fold;
  readonly dataset: Dataset;
  readonly backend: Backend;
  readonly isEager: boolean;
  /** Backbone weights that `config.pretrainedHash` is the hash of. */
  readonly pretrained: readonly NamedTensor[] | null;
  /** Bytes of decoded images that it keeps; 0 keeps none. The score does not depend on it. @default {DECODED_CACHE_BYTES} */
  readonly cacheBytes?: number;
  /** Where its checkpoint is kept, which says what it came to once it is done. */
  readonly folder: string;
  /** Told of the steps done, and of how many there are. */
  readonly onStep?: (done: number, total: number) => void;
  /** Asked after every step whether to stop. @default never */
  readonly shouldStop?: () => boolean;
}

/**
 * Trains and scores one fold; goes on from its checkpoint where there is one, which leaves nothing to do once it is done.
 *
 * @throws {InputError} If a batch needs more classes than are left, or the checkpoint is of something else.
 * @throws {RunStopped} If `shouldStop` says so.
 */
export async function executeFold(options: FoldOptions): Promise<FoldOutcome> {
  const { dataset, fold, backend, isEager, pretrained, folder } = options;
  await makeFolder(folder);
  const config = { ...options.config, evaluateEvery: options.config.epochCount };
  const stream = RandomStream.named(config.seed, "folds");
  const data = holdOutFold(dataset.train, dataset.trainClasses, fold, stream);
  checkClassCount(dataset, config, data.trainClasses.length);
  const { resizeSize, inputSize } = config;
  const loader = createImageLoader({
    folder: dataset.folder,
    remedy: dataset.remedy,
    preset: { ...findBackbone(config.backbone).preset, resizeSize, inputSize },
    cacheBytes: options.cacheBytes ?? DECODED_CACHE_BYTES,
  });
  const learner = createLearner(config, data.trainClasses.length, pretrained);
  try {
    const events = runTraining<number>(learner, {
      config,
      labels: data.train.map(({ classIndex }) => classIndex),
      classCount: data.trainClasses.length,
      epochImageCount: data.train.length,
      loadBatch: (indices, streamOf) =>
        loader.loadTrain(indices.map((index) => data.train[index]!), streamOf),
      evaluate: (embedder) => scoreHeldOut({ config, heldOut: data.heldOut, loader, embedder }),
      runFolder: folder,
      identity: identifyRun(backend, {
        isEager,
        microBatchSize: null,
        dataHash: dataset.dataHash,
        codeHash: await hashCode(),
      }),
    });
    return await collectOutcome(events, config.epochCount, options);
  } finally {
    disposeLearner(learner);
  }
}

/** Follows a training to its end. */
async function collectOutcome(
  events: AsyncIterable<TrainingEvent<number>>,
  epochCount: number,
  { onStep, shouldStop }: FoldOptions,
): Promise<FoldOutcome> {
  const seconds: number[] = [];
  let recallAt1 = NaN;
  for await (const event of events) {
    if (event.kind === "step") {
      if (shouldStop?.()) throw new RunStopped();
      onStep?.(
        (event.epoch - 1) * event.batchCount + event.batch + 1,
        epochCount * event.batchCount,
      );
      continue;
    }
    const records = event.kind === "resumed" ? event.history : [event.record];
    for (const { trainSeconds, evaluation } of records) {
      seconds.push(trainSeconds);
      if (evaluation !== null) recallAt1 = evaluation;
    }
  }
  return { recallAt1, wallSeconds: seconds.reduce((sum, value) => sum + value, 0) };
}
