/**
 * The training loop, as a stream of typed events.
 *
 * Images and metrics are injected: the loop knows neither files nor retrieval. Every epoch ends with a checkpoint, so an
 * interruption loses at most one epoch, and a resumed run yields the same events, to the last bit, as one that never stopped.
 */

import * as tf from "@tensorflow/tfjs";
import { InputError } from "../errors.ts";
import { batchesPerEpoch } from "../sampling/epoch_length.ts";
import { BalancedSampler } from "../sampling/balanced_sampler.ts";
import { prefetch } from "../sampling/prefetch.ts";
import type { Embedder } from "../model/embedder.ts";
import { learningRateFactor, proxySchedule } from "../optim/schedule.ts";
import { RandomStream } from "../random_stream.ts";
import { giveBackFloats } from "../spare_memory.ts";
import { readCheckpoint, writeCheckpoint } from "./checkpoint.ts";
import type { TrainConfig } from "./config.ts";
import { exportLearner, type Learner, loadLearner } from "./learner.ts";
import { checkIdentity, type RunIdentity } from "./run_identity.ts";
import { trainStep } from "./step.ts";
import type { StepMeasures } from "./step_measures.ts";

/** Batches decoded ahead of the step that needs them. */
const PREFETCH_DEPTH = 2;

/** What training needs from the stations around it. */
export interface TrainingInputs<E> {
  /** Configuration of the run. */
  readonly config: TrainConfig;
  /** Class index of every training image. */
  readonly labels: readonly number[];
  /** C. */
  readonly classCount: number;
  /** The n of the epoch length; see METHOD's partial setting, where it is not the number of labels. */
  readonly epochImageCount: number;
  /** Chances of the classes; equal where left out. */
  readonly classWeights?: readonly number[];
  /**
   * Pixels of one batch.
   *
   * @param indices Into `labels`.
   * @param streamOf The stream that draws crop and flip of the i-th image of the batch.
   * @returns [B, H, W, 3], normalized.
   */
  loadBatch(
    indices: readonly number[],
    streamOf: (i: number) => RandomStream,
  ): Promise<Float32Array<ArrayBuffer>>;
  /** Metrics of the network as it is. */
  evaluate(embedder: Embedder): Promise<E>;
  /** Where checkpoints go; must exist. */
  readonly runFolder: string;
  /** Recorded in checkpoints, which only the same may continue. */
  readonly identity: RunIdentity;
  /** SHA-256 by name of the files made so far, asked for with each checkpoint. @default none */
  readonly artifacts?: () => Readonly<Record<string, string>>;
  /** N of {@linkcode StepOptions}: how a step is computed, not what; no part of the configuration. */
  readonly microBatchSize?: number;
  /** Whether steps say more than their loss, for a log. @default {false} */
  readonly hasStepMeasures?: boolean;
}

/** One epoch of a run. Epoch 0 is the untrained network. */
export interface EpochRecord<E> {
  /** Epochs trained so far, this one included. */
  readonly epoch: number;
  /** Factor of the network's schedule; `null` for epoch 0. */
  readonly learningRateFactor: number | null;
  /** Mean over the batches; `null` for epoch 0. */
  readonly meanLoss: number | null;
  /** `null` for an epoch that is not evaluated. */
  readonly evaluation: E | null;
  /** Wall time of the steps, without evaluation. */
  readonly trainSeconds: number;
  /** Training images over `trainSeconds`. */
  readonly imagesPerSecond: number | null;
}

/** What happens during training. */
export type TrainingEvent<E> =
  /** A checkpoint was found; `history` and `artifacts` are what it had recorded. */
  | {
    readonly kind: "resumed";
    readonly history: readonly EpochRecord<E>[];
    readonly artifacts: Readonly<Record<string, string>>;
  }
  | {
    readonly kind: "step";
    readonly epoch: number;
    readonly batch: number;
    readonly batchCount: number;
    readonly loss: number;
    /** Where `hasStepMeasures` asks for them. */
    readonly measures?: StepMeasures;
  }
  /** An epoch is over and, if it was evaluated, its weights are those of the learner until the next event. */
  | { readonly kind: "epoch"; readonly record: EpochRecord<E> };

/**
 * Trains `learner` to the end of the configured epochs, from its checkpoint if there is one.
 *
 * @returns Yields events; the last one is the last epoch's. The caller disposes the learner.
 * @throws {InputError} At the first loss that is not finite; the last good checkpoint stays.
 */
export async function* runTraining<E>(
  learner: Learner,
  inputs: TrainingInputs<E>,
): AsyncGenerator<TrainingEvent<E>> {
  const { config, runFolder, identity } = inputs;
  const stored = await readCheckpoint<EpochRecord<E>>(runFolder, config);
  const history: EpochRecord<E>[] = [];
  const batchCount = countBatches(inputs);
  const sampler = createSampler(inputs, stored?.state.sampler);
  if (stored) {
    checkIdentity(stored.state.identity, identity, { runFolder, epoch: stored.state.epoch });
    loadLearner(learner, { ...stored.state, tensors: stored.tensors });
    history.push(...stored.state.history);
    yield { kind: "resumed", history: [...history], artifacts: stored.state.artifacts };
  }
  for (let epoch = history.length; epoch <= config.epochCount; epoch++) {
    const record = epoch === 0
      ? await untrainedRecord(learner, inputs)
      : yield* runEpoch(learner, sampler, inputs, { epoch, batchCount });
    history.push(record);
    yield { kind: "epoch", record };
    const { tensors, networkSteps, proxySteps } = await exportLearner(learner);
    const state = {
      config,
      epoch,
      sampler: sampler.state(),
      networkSteps,
      proxySteps,
      history,
      artifacts: inputs.artifacts?.() ?? {},
      identity,
    };
    await writeCheckpoint(runFolder, { state, tensors });
  }
}

/** Batches of an epoch; the published rule can give none. */
function countBatches<E>({ config, epochImageCount }: TrainingInputs<E>): number {
  const batchSize = config.classesPerBatch * config.imagesPerClass;
  const batchCount = batchesPerEpoch(epochImageCount, batchSize, config.protocol);
  if (batchCount > 0) return batchCount;
  throw new InputError(
    `Cannot train on ${epochImageCount} images as protocol ${config.protocol} needs more than a batch of ${batchSize}: ` +
      "lower --classes-per-batch or --images-per-class",
  );
}

function createSampler<E>(
  inputs: TrainingInputs<E>,
  state: ReturnType<BalancedSampler["state"]> | undefined,
): BalancedSampler {
  const { config, labels, classCount, classWeights } = inputs;
  const { classesPerBatch, imagesPerClass, seed } = config;
  const options = { labels, classCount, classesPerBatch, imagesPerClass, classWeights };
  return state
    ? BalancedSampler.fromState(options, state)
    : new BalancedSampler({ ...options, stream: RandomStream.named(seed, "sampler") });
}

async function untrainedRecord<E>(
  learner: Learner,
  inputs: TrainingInputs<E>,
): Promise<EpochRecord<E>> {
  return {
    epoch: 0,
    learningRateFactor: null,
    meanLoss: null,
    evaluation: await inputs.evaluate(learner.embedder),
    trainSeconds: 0,
    imagesPerSecond: null,
  };
}

async function* runEpoch<E>(
  learner: Learner,
  sampler: BalancedSampler,
  inputs: TrainingInputs<E>,
  { epoch, batchCount }: { readonly epoch: number; readonly batchCount: number },
): AsyncGenerator<TrainingEvent<E>, EpochRecord<E>> {
  const { config, labels } = inputs;
  const batchSize = config.classesPerBatch * config.imagesPerClass;
  const batches = Array.from({ length: batchCount }, () => sampler.nextBatch());
  const pixels = prefetch(batchCount, PREFETCH_DEPTH, (batch) => {
    const streamOf = (i: number) =>
      RandomStream.named(config.seed, `augment/${epoch}/${batch}/${i}`);
    return inputs.loadBatch(batches[batch]!, streamOf);
  });
  let measures: StepMeasures | undefined;
  const options = {
    config,
    onMeasured: inputs.hasStepMeasures ? (one: StepMeasures) => measures = one : undefined,
    isWarmup: epoch <= config.warmupEpochCount,
    learningRateFactor: learningRateFactor(config.schedule, epoch - 1),
    proxyLearningRateFactor: learningRateFactor(proxySchedule(config.schedule), epoch - 1),
    microBatchSize: inputs.microBatchSize,
  };

  const startMs = performance.now();
  let [batch, lossSum] = [0, 0];
  for await (const values of pixels) {
    const shape = [batchSize, config.inputSize, config.inputSize, 3] as const;
    const images = tf.tensor4d(values, [...shape]);
    const batchLabels = batches[batch]!.map((index) => labels[index]!);
    const loss = await trainStep(learner, images, batchLabels, options);
    images.dispose();
    giveBackFloats(values);
    lossSum += loss;
    yield { kind: "step", epoch, batch, batchCount, loss, ...(measures && { measures }) };
    batch++;
  }
  const trainSeconds = (performance.now() - startMs) / 1000;
  const isEvaluated = epoch % config.evaluateEvery === 0 || epoch === config.epochCount;
  return {
    epoch,
    learningRateFactor: options.learningRateFactor,
    meanLoss: lossSum / batchCount,
    evaluation: isEvaluated ? await inputs.evaluate(learner.embedder) : null,
    trainSeconds,
    imagesPerSecond: batchCount * batchSize / trainSeconds,
  };
}
