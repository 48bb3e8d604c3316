/** One run, from its configuration to its rows: the stations of the data flow, one after the other. */

import { makeFolder, removeTemporaryFiles } from "../file/atomic_write.ts";
import type { Backend } from "../backend/backend.ts";
import type { Dataset } from "../dataset/record.ts";
import type { Workspace } from "../dataset/workspace.ts";
import { InputError } from "../errors.ts";
import type { RetrievalRankings } from "../eval/retrieval_rankings.ts";
import { createImageLoader, type ImageLoader } from "../image/loader.ts";
import { RunLog } from "../log/run_log.ts";
import type { ImagePreset } from "../image/preset.ts";
import { findBackbone } from "../model/registry.ts";
import type { NamedTensor } from "../file/named_tensor.ts";
import { EnergyMeter } from "../results/rows/energy_meter.ts";
import type { ResultRow } from "../results/rows/row.ts";
import { precisionOf, type TrainConfig } from "../train/config.ts";
import { createLearner, disposeLearner, type Learner } from "../train/learner.ts";
import { formatRunId } from "../train/run_id.ts";
import { identifyRun } from "../train/run_identity.ts";
import {
  type EpochRecord,
  runTraining,
  type TrainingEvent,
  type TrainingInputs,
} from "../train/run_training.ts";
import { type LoadBatch, logEmbeddings, logFirstBatch, type LogFormat } from "./log_run.ts";
import { drawRunSheet } from "./draw_run_sheet.ts";
import { DECODED_CACHE_BYTES } from "./decoded_cache.ts";
import { type EpochEvaluation, evaluateEmbedder } from "./evaluate_embedder.ts";
import { openRunDataset } from "./open_run_dataset.ts";
import { hashCode } from "./hash_code.ts";
import { KeptWeights } from "./kept_weights.ts";
import { removeFailure } from "./run_failure.ts";
import { type RunFolder, runFolder } from "./run_folder.ts";
import { withRunLock } from "./run_lock.ts";
import { hasCheckpoint, removeCheckpoint, removeOutcome } from "./run_files.ts";
import { findRows } from "./done_runs.ts";
import { storeEpochs, storeRun } from "./store_run.ts";
import { selectTrainingData, type TrainingData } from "./training_data.ts";

/** Seconds between looks at the energy counters, which begin again at 0 every now and then. */
const METER_SECONDS = 20;

/** What a run stands on. */
export interface RunOptions extends Workspace {
  readonly config: TrainConfig;
  /** The open backend. */
  readonly backend: Backend;
  /** Backbone weights that `config.pretrainedHash` is the hash of. */
  readonly pretrained: readonly NamedTensor[] | null;
  /** Name of their file, for the row. */
  readonly pretrainedName?: string;
  /** Images whose activations are in memory at a time; all of a batch where left out. */
  readonly microBatchSize?: number;
  /** Bytes of decoded images that it keeps; 0 keeps none. Results do not depend on it. @default {DECODED_CACHE_BYTES} */
  readonly cacheBytes?: number;
  /** Whether the backend was opened to run steps op by op. @default {false} */
  readonly isEager?: boolean;
  /** Writes a log beside the run's files; norms and active pairs cost a forward pass a step. @default none */
  readonly logFormat?: LogFormat;
  /** Whether the rows stay in the run's folder until they are gathered. @default {false} */
  readonly keepsRows?: boolean;
  /** Told of everything that happens. */
  readonly onEvent?: (event: TrainingEvent<EpochEvaluation>) => void;
  /** Told who works on the run, where that must be waited for. */
  readonly onWait?: (holder: string) => void;
  /** Asked after every step whether to stop. @default never */
  readonly shouldStop?: () => boolean;
}

/** A run was asked to stop; its last checkpoint is there to go on from. */
export class RunStopped extends Error {
  /** Name of the class, for printing. */
  override name = "RunStopped";
}

/**
 * Trains and evaluates one run and stores its rows; goes on from its checkpoint where there is one. One process works on a
 * run at a time: a second one waits, and finds it done.
 *
 * @returns The run's rows, one per selection, as stored.
 * @throws {InputError} If data, configuration or results folder do not allow the run.
 * @throws {RunStopped} If `shouldStop` says so.
 */
export async function executeRun(options: RunOptions): Promise<ResultRow[]> {
  const { config, resultsRoot, onWait = () => {} } = options;
  checkPrecision(config, options.backend);
  const folder = runFolder(resultsRoot, formatRunId(config));
  const dataset = await openRunDataset(config, options);
  const data = selectTrainingData(dataset, config);
  await makeFolder(folder.path);
  const lock = { onWait, isRequired: !options.keepsRows };
  return await withRunLock(folder.path, lock, async (hasWaited) => {
    const rows = hasWaited ? await findRows(config, resultsRoot, dataset.dataHash) : null;
    return rows ?? await carryOut(options, { folder, dataset, data });
  });
}

async function carryOut(
  options: RunOptions,
  { folder, dataset, data }: Pick<RunParts, "folder" | "dataset" | "data">,
): Promise<ResultRow[]> {
  const { config } = options;
  await removeTemporaryFiles(folder.path);
  await removeFailure(folder.path);
  const goesOn = await hasCheckpoint(folder.path);
  if (!goesOn) await removeOutcome(folder.path);
  const { resizeSize, inputSize } = config;
  const preset = { ...findBackbone(config.backbone).preset, resizeSize, inputSize };
  const loader = createImageLoader({
    folder: dataset.folder,
    remedy: dataset.remedy,
    preset,
    cacheBytes: options.cacheBytes ?? DECODED_CACHE_BYTES,
  });
  const learner = createLearner(config, data.classCount, options.pretrained);
  const weights = new KeptWeights(config, folder);
  const log = options.logFormat
    ? await RunLog.open({ config, runFolder: folder.path, isResumed: goesOn })
    : null;
  try {
    const meter = await EnergyMeter.start();
    const parts = { options, folder, dataset, data, loader, preset, weights, meter, log };
    const { history, isResumed } = await train(learner, parts);
    if (log) await logEmbeddings(log, { dataset, loader, inputSize, embedder: learner.embedder });
    await drawRunSheet({ config, folder, dataset, loader, embedder: learner.embedder });
    const rows = await storeRun({
      ...options,
      keepsRows: options.keepsRows ?? false,
      folder,
      dataset,
      history,
      weights: weights.hashes,
      weightsName: options.pretrainedName ?? null,
      energyJoules: meter && !isResumed ? meter.joules : null, // a part of a run says nothing of the whole
    });
    await removeCheckpoint(folder.path);
    await log?.finish();
    return rows;
  } finally {
    log?.close();
    disposeLearner(learner);
  }
}

/** The precision is a part of both: what the id says must be what computes. */
function checkPrecision(config: TrainConfig, { name, precision }: Backend): void {
  const wanted = precisionOf(config);
  if (precision === wanted) return;
  throw new InputError(
    `Cannot carry out run ${formatRunId(config)} as backend ${name} must compute in ${wanted}: ` +
      `it does in ${precision}; pass --precision ${wanted}`,
  );
}

interface RunParts {
  readonly options: RunOptions;
  readonly folder: RunFolder;
  readonly dataset: Dataset;
  readonly data: TrainingData;
  readonly loader: ImageLoader;
  readonly preset: ImagePreset;
  readonly weights: KeptWeights;
  readonly meter: EnergyMeter | null;
  readonly log: RunLog | null;
}

async function train(
  learner: Learner,
  parts: RunParts,
): Promise<{ history: EpochRecord<EpochEvaluation>[]; isResumed: boolean }> {
  const { options, folder, weights, meter, log } = parts;
  const history: EpochRecord<EpochEvaluation>[] = [];
  let isResumed = false;
  let rankings: RetrievalRankings | null = null; // of the last epoch that was evaluated
  const inputs = await describeTraining(parts, (found) => rankings = found);
  for await (const event of runTraining<EpochEvaluation>(learner, inputs)) {
    if (event.kind === "step" && options.shouldStop?.()) throw new RunStopped();
    await meter?.sample(METER_SECONDS);
    if (event.kind === "resumed") {
      isResumed = true;
      history.push(...event.history);
      await weights.resume(event.artifacts, history.at(-1)!.epoch);
    }
    if (event.kind === "epoch") {
      history.push(event.record);
      await weights.keep(learner.embedder, history, rankings!);
      await storeEpochs(options.config, folder, history);
    }
    await log?.record(event);
    options.onEvent?.(event);
  }
  await meter?.sample();
  return { history, isResumed };
}

/** What training needs from the stations around it. */
async function describeTraining(
  { options, folder, dataset, data, loader, preset, weights, log }: RunParts,
  onRankings: (rankings: RetrievalRankings) => void,
): Promise<TrainingInputs<EpochEvaluation>> {
  const { config, backend, microBatchSize } = options;
  const loadBatch: LoadBatch = (indices, streamOf) =>
    loader.loadTrain(indices.map((index) => data.records[index]!), streamOf);
  const identity = identifyRun(backend, {
    isEager: options.isEager ?? false,
    microBatchSize: microBatchSize ?? null,
    dataHash: dataset.dataHash,
    codeHash: await hashCode(),
  });
  return {
    config,
    labels: data.records.map(({ classIndex }) => classIndex),
    classCount: data.classCount,
    epochImageCount: data.epochImageCount,
    classWeights: data.classWeights,
    loadBatch: log ? logFirstBatch(log, preset, loadBatch) : loadBatch,
    hasStepMeasures: log !== null,
    evaluate: async (embedder) => {
      const set = { config, dataset, heldOut: data.heldOut, loader, embedder };
      const { evaluation, rankings } = await evaluateEmbedder(set);
      onRankings(rankings);
      return evaluation;
    },
    runFolder: folder.path,
    artifacts: () => weights.hashes,
    identity,
    microBatchSize,
  };
}
