/** From a run and one of its reported epochs to its row. */

import type { Backend } from "../../backend/backend.ts";
import type { RetrievalMetrics } from "../../eval/metrics.ts";
import { LOSS_PARAMETERS, type LossConfig, type LossParameterName } from "../../loss/losses.ts";
import type { TrainConfig } from "../../train/config.ts";
import { formatRunId, hashConfig, hashGroup } from "../../train/run_id.ts";
import type { Selection } from "../../train/selection.ts";
import { findPublishedWeights } from "../../model/weights/known_weights.ts";
import { type MachineFacts, measurePeakMemoryBytes } from "./machine_facts.ts";
import { metricCells } from "./metric_cells.ts";
import type { ResultRow } from "./row.ts";

/** What a row says of its run. */
export interface ReportedRun {
  readonly config: TrainConfig;
  readonly backend: Backend;
  readonly dataset: { readonly dataHash: string };
  /** File of the weights that the network began with, where that is known. */
  readonly weightsName: string | null;
  /** Of this process. */
  readonly machine: MachineFacts;
  /** Of the whole run; `null` where the system does not tell. */
  readonly energyJoules: number | null;
}

/** A reported epoch of a run. */
export interface ReportedEpoch {
  readonly selection: Selection;
  readonly epoch: number;
  /** On the test set. */
  readonly test: RetrievalMetrics;
  readonly meanLoss: number | null;
  /** Training time up to the epoch. */
  readonly wallSeconds: number;
  readonly imagesPerSecond: number | null;
  /** Evaluation up to the epoch. */
  readonly evaluationSeconds: number | null;
}

/**
 * One row of a results file.
 *
 * @throws {RangeError} If a Recall@K of the epoch has no column.
 */
export function buildResultRow(run: ReportedRun, reported: ReportedEpoch): ResultRow {
  const { config, backend } = run;
  const { test } = reported;
  return {
    run_id: formatRunId(config),
    selection: reported.selection,
    ...describeConfig(config),
    epoch: reported.epoch,
    ...metricCells(test),
    query_count: test.queryCount,
    left_out_count: test.leftOutCount,
    mean_loss: reported.meanLoss,
    wall_seconds: reported.wallSeconds,
    images_per_second: reported.imagesPerSecond,
    backend: backend.name,
    backend_version: backend.version,
    device: backend.device,
    threads: backend.threads,
    config_hash: hashConfig(config),
    group_hash: hashGroup(config),
    data_hash: run.dataset.dataHash,
    ...describeOrigin(run),
    device_kind: backend.deviceKind,
    precision: backend.precision,
    deterministic: backend.isDeterministic ? "yes" : "no",
    ...run.machine,
    peak_memory_bytes: measurePeakMemoryBytes(),
    evaluation_seconds: reported.evaluationSeconds,
    energy_joules: run.energyJoules,
  };
}

/** What a run began with, as cells of its rows. */
export function describeOrigin(
  { config, weightsName }: Pick<ReportedRun, "config" | "weightsName">,
) {
  const { pretrainedHash: hash } = config;
  return {
    weights_name: hash && (findPublishedWeights(hash)?.fileName ?? weightsName),
    weights_hash: hash ?? "random",
    input_size: config.inputSize,
    epoch_count: config.epochCount,
    held_out_share: config.heldOutShare,
  };
}

/** A configuration as cells of its rows. */
export function describeConfig(config: TrainConfig) {
  const { setting, loss } = config;
  return {
    profile: config.profile,
    dataset: config.dataset,
    setting: setting.kind,
    rate: setting.kind === "partial" ? setting.rate : null,
    gamma: setting.kind === "imbalance" ? setting.gamma : null,
    loss: loss.name,
    ...parameterCells(loss),
    backbone: config.backbone,
    embedding_size: config.embeddingSize,
    protocol: config.protocol,
    seed: config.seed,
  };
}

/** The cells of the losses' hyperparameters; empty where the loss has none of the name. */
function parameterCells(loss: LossConfig): Record<LossParameterName, number | null> {
  const values = new Map<string, string | number>(Object.entries(loss));
  const cells = LOSS_PARAMETERS.map(({ name }) => [name, values.get(name) ?? null]);
  return Object.fromEntries(cells) as Record<LossParameterName, number | null>;
}
