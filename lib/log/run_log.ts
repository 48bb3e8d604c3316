/** The log of one run for TensorBoard, from the events of its training. */

import { join } from "@std/path";
import { RECALL_COLUMN_KS } from "../eval/metric_definitions.ts";
import type { RetrievalMetrics } from "../eval/metrics.ts";
import { makeFolder } from "../file/atomic_write.ts";
import { learningRateFactor, proxySchedule } from "../optim/schedule.ts";
import type { TrainConfig } from "../train/config.ts";
import { formatRunId } from "../train/run_id.ts";
import type { EpochRecord, TrainingEvent } from "../train/run_training.ts";
import { formatImageEvent, formatRestartEvent, formatScalarEvent } from "./event.ts";
import { EventFile } from "./event_file.ts";
import { formatFinishedEvent, formatHyperparametersEvent } from "./hyperparameters.ts";
import { type ProjectedEmbeddings, writeProjector } from "./projector.ts";

/** Below the folder of a run. */
export const LOG_FOLDER = "tensorboard";

/** What the log has of an evaluation. */
export interface LoggedEvaluation {
  readonly test: RetrievalMetrics;
  /** Percent; `null` where no classes are held out. */
  readonly heldOutRecallAt1: number | null;
}

type StepEvent = Extract<TrainingEvent<LoggedEvaluation>, { kind: "step" }>;
type Scalars = (readonly [tag: string, value: number])[];

/** How a log is opened. */
export interface OpenRunLogOptions {
  readonly config: TrainConfig;
  /** Of the run; must exist. */
  readonly runFolder: string;
  /** Whether the run goes on; if it does not, what an earlier one has logged is removed. */
  readonly isResumed: boolean;
  /** Milliseconds since 1970. @default {Date.now} */
  readonly now?: () => number;
}

/** Writes event files. Steps count from 1; the metrics of an epoch stand at its last step. */
export class RunLog {
  readonly #config: TrainConfig;
  readonly #file: EventFile;
  readonly #folder: string;
  readonly #now: () => number;
  #step = 0;
  #isRestarting: boolean;

  private constructor({ config, isResumed, now }: Required<OpenRunLogOptions>, file: EventFile) {
    this.#config = config;
    this.#file = file;
    this.#folder = join(file.path, "..");
    this.#now = now;
    this.#isRestarting = isResumed;
  }

  /**
   * Opens the log of a run, below its folder.
   *
   * @throws {InputError} If it cannot be written.
   */
  static async open(options: OpenRunLogOptions): Promise<RunLog> {
    const { config, runFolder, isResumed, now = Date.now } = options;
    const folder = join(runFolder, LOG_FOLDER);
    if (!isResumed) await Deno.remove(folder, { recursive: true }).catch(() => {}); // not there
    await makeFolder(folder);
    const file = await EventFile.create(folder, now() / 1000);
    const log = new RunLog({ ...options, now }, file);
    await file.append(formatHyperparametersEvent(log.#time(0), formatRunId(config), config));
    return log;
  }

  /** Writes what an event says. */
  async record(event: TrainingEvent<LoggedEvaluation>): Promise<void> {
    if (event.kind === "step") await this.#recordStep(event);
    if (event.kind === "epoch") await this.#recordEpoch(event.record);
  }

  /** Writes images of the first batch, which are drawn anew from their streams whenever a run goes on. */
  async addImages(pngs: readonly Uint8Array[]): Promise<void> {
    const size = this.#config.inputSize;
    const images = pngs.map((png, i) => ({
      tag: `first_batch/${i.toString().padStart(2, "0")}`,
      width: size,
      height: size,
      png,
    }));
    await this.#file.append(formatImageEvent(this.#time(this.#step), images));
  }

  /** Writes the embeddings that the projector shows. */
  async addEmbeddings(rows: ProjectedEmbeddings): Promise<void> {
    await writeProjector(this.#folder, rows);
  }

  /** Says that the run is done. */
  async finish(): Promise<void> {
    await this.#file.append(formatFinishedEvent(this.#time(this.#step)));
  }

  /** Closes the file. */
  close(): void {
    this.#file.close();
  }

  async #recordStep(event: StepEvent): Promise<void> {
    this.#step = (event.epoch - 1) * event.batchCount + event.batch + 1;
    const time = this.#time(this.#step);
    if (this.#isRestarting) await this.#file.append(formatRestartEvent(time));
    this.#isRestarting = false;
    const scalars = [...listStepScalars(event), ...listRates(this.#config, event.epoch)];
    await this.#file.append(formatScalarEvent(time, scalars));
  }

  async #recordEpoch(record: EpochRecord<LoggedEvaluation>): Promise<void> {
    const scalars = listEpochScalars(record);
    if (scalars.length > 0) {
      await this.#file.append(formatScalarEvent(this.#time(this.#step), scalars));
    }
  }

  #time(step: number) {
    return { wallSeconds: this.#now() / 1000, step };
  }
}

function listStepScalars({ loss, measures }: StepEvent): Scalars {
  const scalars: Scalars = [["step/loss", loss]];
  if (!measures) return scalars;
  const { activePairs } = measures;
  const all = [
    ["norm/network_gradient", measures.networkGradientNorm],
    ["norm/network_weights", measures.networkWeightNorm],
    ["norm/proxy_gradient", measures.proxyGradientNorm],
    ["norm/proxy_weights", measures.proxyWeightNorm],
    ["active_pairs/positive_share", activePairs?.positive ?? null],
    ["active_pairs/negative_share", activePairs?.negative ?? null],
  ] as const;
  for (const [tag, value] of all) if (value !== null) scalars.push([tag, value]);
  return scalars;
}

function listRates({ optimizer, schedule }: TrainConfig, epoch: number): Scalars {
  const { learningRate, proxyLearningRateMultiplier } = optimizer;
  const proxyFactor = learningRateFactor(proxySchedule(schedule), epoch - 1);
  return [
    ["learning_rate/network", learningRate * learningRateFactor(schedule, epoch - 1)],
    ["learning_rate/proxies", learningRate * proxyLearningRateMultiplier * proxyFactor],
  ];
}

function listEpochScalars(record: EpochRecord<LoggedEvaluation>): Scalars {
  const { meanLoss, imagesPerSecond, evaluation } = record;
  const scalars: Scalars = [];
  if (meanLoss !== null) scalars.push(["epoch/mean_loss", meanLoss]);
  if (imagesPerSecond !== null) scalars.push(["epoch/images_per_second", imagesPerSecond]);
  if (evaluation === null) return scalars;
  const { test, heldOutRecallAt1 } = evaluation;
  for (const { k, percent } of test.recallAtK) {
    if (RECALL_COLUMN_KS.some((known) => known === k)) {
      scalars.push([`test/recall_at_${k}`, percent]);
    }
  }
  scalars.push(["test/map_at_r", test.mapAtR], ["test/r_precision", test.rPrecision]);
  if (heldOutRecallAt1 !== null) scalars.push(["held_out/recall_at_1", heldOutRecallAt1]);
  return scalars.filter(([, value]) => !Number.isNaN(value));
}
