/** One run, from its configuration to its rows: the stations of the data flow, one after the other. */

import { makeFolder } from "../file/atomic_write.ts";
import type { Backend } from "../backend/backend.ts";
import type { Dataset } from "../dataset/record.ts";
import type { Workspace } from "../dataset/workspace.ts";
import { InputError } from "../errors.ts";
import { createImageLoader, type ImageLoader } from "../image/loader.ts";
import { findBackbone } from "../model/registry.ts";
import type { NamedTensor } from "../file/named_tensor.ts";
import type { ResultRow } from "../results/rows/row.ts";
import { precisionOf, type TrainConfig } from "../train/config.ts";
import { createLearner, disposeLearner, type Learner } from "../train/learner.ts";
import { formatRunId } from "../train/run_id.ts";
import { identifyRun } from "../train/run_identity.ts";
import { type EpochRecord, runTraining, type TrainingEvent } from "../train/run_training.ts";
import { earliestBest } from "../train/selection.ts";
import { drawRunSheet } from "./draw_run_sheet.ts";
import { type EpochEvaluation, evaluateEmbedder } from "./evaluate_embedder.ts";
import { openRunDataset } from "./open_run_dataset.ts";
import { type RunFolder, runFolder } from "./run_folder.ts";
import { storeEpochs, storeRun } from "./store_run.ts";
import { selectTrainingData, type TrainingData } from "./training_data.ts";
import { writeStoredWeights } from "./weights_file.ts";

/** Bytes of decoded images kept in memory. */
const CACHE_BYTES = 512 * 2 ** 20;

/** What a run stands on. */
export interface RunOptions extends Workspace {
  readonly config: TrainConfig;
  /** The open backend. */
  readonly backend: Backend;
  /** Backbone weights that `config.pretrainedHash` is the hash of. */
  readonly pretrained: readonly NamedTensor[] | null;
  /** Images whose activations are in memory at a time; all of a batch where left out. */
  readonly microBatchSize?: number;
  /** Told of everything that happens. */
  readonly onEvent?: (event: TrainingEvent<EpochEvaluation>) => void;
}

/**
 * Trains and evaluates one run and stores its rows; goes on from its checkpoint where there is one.
 *
 * @returns The run's rows, one per selection, as stored.
 * @throws {InputError} If data, configuration or results folder do not allow the run.
 */
export async function executeRun(options: RunOptions): Promise<ResultRow[]> {
  const { config, resultsRoot, backend } = options;
  checkPrecision(config, backend);
  const folder = runFolder(resultsRoot, formatRunId(config));
  const dataset = await openRunDataset(config, options);
  const data = selectTrainingData(dataset, config);
  await makeFolder(folder.path);
  const { preset } = findBackbone(config.backbone);
  const loader = createImageLoader({
    folder: dataset.folder,
    preset: { ...preset, resizeSize: config.resizeSize, inputSize: config.inputSize },
    cacheBytes: CACHE_BYTES,
  });
  const learner = createLearner(config, data.classCount, options.pretrained);
  try {
    const history = await train(learner, { options, folder, dataset, data, loader });
    const rows = await storeRun({ ...options, folder, dataset, history });
    await drawRunSheet({ config, folder, dataset, loader, embedder: learner.embedder });
    await removeCheckpoint(folder);
    return rows;
  } finally {
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
}

async function train(
  learner: Learner,
  parts: RunParts,
): Promise<EpochRecord<EpochEvaluation>[]> {
  const { options: { config, backend, microBatchSize, onEvent }, folder, dataset, data, loader } =
    parts;
  const history: EpochRecord<EpochEvaluation>[] = [];
  const events = runTraining<EpochEvaluation>(learner, {
    config,
    labels: data.records.map(({ classIndex }) => classIndex),
    classCount: data.classCount,
    epochImageCount: data.epochImageCount,
    classWeights: data.classWeights,
    loadBatch: (indices, streamOf) =>
      loader.loadTrain(indices.map((index) => data.records[index]!), streamOf),
    evaluate: (embedder) =>
      evaluateEmbedder({ config, dataset, heldOut: data.heldOut, loader, embedder }),
    runFolder: folder.path,
    identity: identifyRun(backend),
    microBatchSize,
  });
  for await (const event of events) {
    if (event.kind === "resumed") history.push(...event.history);
    if (event.kind === "epoch") {
      history.push(event.record);
      await keepWeights(learner, history, parts);
      await storeEpochs(config, folder, history);
    }
    onEvent?.(event);
  }
  return history;
}

/** Keeps the weights of the epochs that will be reported: the last one, and each that is the best so far. */
async function keepWeights(
  learner: Learner,
  history: readonly EpochRecord<EpochEvaluation>[],
  { options: { config }, folder }: RunParts,
): Promise<void> {
  const evaluated = history.filter(({ epoch, evaluation }) => epoch > 0 && evaluation);
  const current = history.at(-1)!;
  if (current !== evaluated.at(-1)) return;
  const keep = (selection: "final" | "best_on_test" | "held_out") =>
    writeStoredWeights(folder.weights(selection), learner.embedder, {
      config,
      epoch: current.epoch,
      selection,
    });
  const isBest = (score: (evaluation: EpochEvaluation) => number) =>
    earliestBest(evaluated, ({ evaluation }) => score(evaluation!)) === current;
  if (isBest(({ testRecallAt1 }) => testRecallAt1)) await keep("best_on_test");
  if (config.protocol === "corrected" && isBest((e) => e.heldOutRecallAt1 ?? -1)) {
    await keep("held_out");
  }
  if (current.epoch === config.epochCount) await keep("final");
}

/** The rows are stored: optimizer state and positions are no longer needed. */
async function removeCheckpoint(folder: RunFolder): Promise<void> {
  for await (const entry of Deno.readDir(folder.path)) {
    if (entry.name.startsWith("checkpoint")) await Deno.remove(`${folder.path}/${entry.name}`);
  }
}
