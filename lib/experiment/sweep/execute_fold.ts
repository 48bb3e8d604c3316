/** One run of a trial: trains on all folds of the training classes but one, and scores that one. No test image is read. */

import { join } from "@std/path";
import type { Backend } from "../../backend/backend.ts";
import { type Fold, holdOutFold } from "../../dataset/held_out.ts";
import type { Dataset } from "../../dataset/record.ts";
import { makeFolder, writeFileAtomic } from "../../file/atomic_write.ts";
import type { NamedTensor } from "../../file/named_tensor.ts";
import { readTextIfThere } from "../../file/read_file.ts";
import { createImageLoader } from "../../image/loader.ts";
import { findBackbone } from "../../model/registry.ts";
import { RandomStream } from "../../random_stream.ts";
import type { TrainConfig } from "../../train/config.ts";
import { createLearner, disposeLearner } from "../../train/learner.ts";
import { identifyRun, type RunIdentity } from "../../train/run_identity.ts";
import { runTraining } from "../../train/run_training.ts";
import { scoreHeldOut } from "../evaluate_embedder.ts";
import { RunStopped } from "../execute_run.ts";
import { hashCode } from "../hash_code.ts";
import { checkClassCount } from "../training_data.ts";

/** Bytes of decoded images kept in memory. */
const CACHE_BYTES = 512 * 2 ** 20;
const OUTCOME_FILE = "outcome.json";

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
  /** Where its checkpoint and its outcome are kept. */
  readonly folder: string;
  /** Told of the steps done, and of how many there are. */
  readonly onStep?: (done: number, total: number) => void;
  /** Asked after every step whether to stop. @default never */
  readonly shouldStop?: () => boolean;
}

/**
 * Trains and scores one fold; goes on from its checkpoint where there is one, and does nothing where it is done.
 *
 * @throws {InputError} If a batch needs more classes than are left, or the checkpoint is of something else.
 * @throws {RunStopped} If `shouldStop` says so.
 */
export async function executeFold(options: FoldOptions): Promise<FoldOutcome> {
  const { dataset, folder, backend, isEager } = options;
  const identity = identifyRun(backend, {
    isEager,
    microBatchSize: null,
    dataHash: dataset.dataHash,
    codeHash: await hashCode(),
  });
  const done = await readOutcome(folder, identity);
  if (done) return done;
  await makeFolder(folder);
  const outcome = await train(options, identity);
  await writeFileAtomic(join(folder, OUTCOME_FILE), JSON.stringify({ identity, outcome }));
  return outcome;
}

async function train(options: FoldOptions, identity: RunIdentity): Promise<FoldOutcome> {
  const { dataset, fold, pretrained, folder, onStep, shouldStop } = options;
  const config = { ...options.config, evaluateEvery: options.config.epochCount };
  const stream = RandomStream.named(config.seed, "folds");
  const data = holdOutFold(dataset.train, dataset.trainClasses, fold, stream);
  checkClassCount(dataset, config, data.trainClasses.length);
  const { resizeSize, inputSize } = config;
  const loader = createImageLoader({
    folder: dataset.folder,
    remedy: dataset.remedy,
    preset: { ...findBackbone(config.backbone).preset, resizeSize, inputSize },
    cacheBytes: CACHE_BYTES,
  });
  const learner = createLearner(config, data.trainClasses.length, pretrained);
  const seconds: number[] = [];
  let recallAt1 = NaN;
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
      identity,
    });
    for await (const event of events) {
      if (event.kind === "step") {
        if (shouldStop?.()) throw new RunStopped();
        onStep?.(
          (event.epoch - 1) * event.batchCount + event.batch + 1,
          config.epochCount * event.batchCount,
        );
        continue;
      }
      const records = event.kind === "resumed" ? event.history : [event.record];
      for (const { trainSeconds, evaluation } of records) {
        seconds.push(trainSeconds);
        if (evaluation !== null) recallAt1 = evaluation;
      }
    }
  } finally {
    disposeLearner(learner);
  }
  return { recallAt1, wallSeconds: seconds.reduce((sum, value) => sum + value, 0) };
}

/** The outcome of an earlier execution that stood on the same. */
async function readOutcome(folder: string, identity: RunIdentity): Promise<FoldOutcome | null> {
  const text = await readTextIfThere(join(folder, OUTCOME_FILE), "read outcome of fold");
  if (text === null) return null;
  const stored = JSON.parse(text) as { identity: RunIdentity; outcome: FoldOutcome };
  return JSON.stringify(stored.identity) === JSON.stringify(identity) ? stored.outcome : null;
}
