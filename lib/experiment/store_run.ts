/** From the history of a run to its files: `config.json`, `epochs.csv` and the rows of its setting. */

import { join } from "@std/path";
import { writeFileAtomic } from "../file/atomic_write.ts";
import type { Backend } from "../backend/backend.ts";
import type { Dataset } from "../dataset/record.ts";
import type { RetrievalMetrics } from "../eval/metrics.ts";
import { upsertRows } from "../results/rows/csv_store.ts";
import { EPOCH_SCHEMA, type EpochRow } from "../results/rows/epoch_row.ts";
import { hashGroup, readCommit } from "../results/rows/provenance.ts";
import { RESULT_SCHEMA, type ResultRow } from "../results/rows/row.ts";
import { formatCsv } from "../results/rows/columns.ts";
import { METRIC_COLUMNS, type MetricName } from "../results/rows/row.ts";
import type { TrainConfig } from "../train/config.ts";
import { formatRunId, hashConfig } from "../train/run_id.ts";
import type { EpochRecord } from "../train/run_training.ts";
import { selectEpochs, type Selection } from "../train/selection.ts";
import type { EpochEvaluation } from "./evaluate_embedder.ts";
import type { RunFolder } from "./run_folder.ts";

type History = readonly EpochRecord<EpochEvaluation>[];

/** A finished run. */
export interface FinishedRun {
  readonly config: TrainConfig;
  readonly resultsRoot: string;
  readonly backend: Backend;
  readonly folder: RunFolder;
  readonly dataset: Dataset;
  readonly history: History;
}

/** Writes `epochs.csv` as far as the run has come. */
export async function storeEpochs(
  config: TrainConfig,
  folder: RunFolder,
  history: History,
): Promise<void> {
  const rows = history.map((record) => buildEpochRow(config, record));
  await writeFileAtomic(folder.epochs, formatCsv(rows, EPOCH_SCHEMA));
}

/**
 * Stores a finished run: its configuration, and one row for each epoch that its protocol reports.
 *
 * @returns The rows, as stored in `<setting>.csv`.
 */
export async function storeRun(run: FinishedRun): Promise<ResultRow[]> {
  const { config, resultsRoot, folder, dataset } = run;
  const commit = await readCommit(".");
  const stored = { runId: formatRunId(config), dataHash: dataset.dataHash, config };
  await writeFileAtomic(folder.config, JSON.stringify(stored, null, 2) + "\n");
  const rows = buildResultRows(run, commit);
  await upsertRows(join(resultsRoot, `${config.setting.kind}.csv`), RESULT_SCHEMA, rows);
  return rows;
}

function buildResultRows(run: FinishedRun, commit: string | null): ResultRow[] {
  const { config, history } = run;
  const evaluated = history.flatMap(({ epoch, evaluation }) =>
    evaluation ? [{ epoch, ...evaluation }] : []
  );
  return selectEpochs(evaluated, config.protocol).map(({ selection, epoch }) => {
    const record = history.find((record) => record.epoch === epoch)!;
    return buildResultRow(
      run,
      { selection, commit, ...record, evaluation: record.evaluation! },
      wallSeconds(history, epoch),
    );
  });
}

/** A reported epoch of a run. */
export interface ReportedEpoch {
  readonly selection: Selection;
  readonly commit: string | null;
  readonly epoch: number;
  readonly evaluation: EpochEvaluation;
  readonly meanLoss: number | null;
  readonly imagesPerSecond: number | null;
}

/**
 * One row of a results file.
 *
 * @param seconds Training time up to the epoch.
 */
export function buildResultRow(
  run: Pick<FinishedRun, "config" | "backend" | "dataset">,
  reported: ReportedEpoch,
  seconds: number,
): ResultRow {
  const { config, backend, dataset } = run;
  const { test } = reported.evaluation;
  return {
    run_id: formatRunId(config),
    selection: reported.selection,
    ...describeConfig(config),
    epoch: reported.epoch,
    ...metricCells(test),
    query_count: test.queryCount,
    left_out_count: test.leftOutCount,
    mean_loss: reported.meanLoss,
    wall_seconds: seconds,
    images_per_second: reported.imagesPerSecond,
    backend: backend.name,
    backend_version: backend.version,
    device: backend.device,
    threads: backend.threads,
    commit: reported.commit,
    config_hash: hashConfig(config),
    group_hash: hashGroup(config),
    data_hash: dataset.dataHash,
  };
}

function describeConfig(config: TrainConfig) {
  const { setting, loss } = config;
  const hasScale = loss.name !== "proxy_nca";
  return {
    profile: config.profile,
    dataset: config.dataset,
    setting: setting.kind,
    rate: setting.kind === "partial" ? setting.rate : null,
    gamma: setting.kind === "imbalance" ? setting.gamma : null,
    loss: loss.name,
    alpha: hasScale ? loss.alpha : null,
    margin: hasScale ? loss.margin : null,
    backbone: config.backbone,
    embedding_size: config.embeddingSize,
    protocol: config.protocol,
    seed: config.seed,
  };
}

function buildEpochRow(config: TrainConfig, record: EpochRecord<EpochEvaluation>): EpochRow {
  return {
    run_id: formatRunId(config),
    epoch: record.epoch,
    learning_rate_factor: record.learningRateFactor,
    mean_loss: record.meanLoss,
    ...metricCells(record.evaluation?.test ?? null),
    held_out_recall_at_1: record.evaluation?.heldOutRecallAt1 ?? null,
    wall_seconds: record.trainSeconds,
    images_per_second: record.imagesPerSecond,
  };
}

/** Training time up to an epoch. */
function wallSeconds(history: History, epoch: number): number {
  return history.filter((record) => record.epoch <= epoch)
    .reduce((sum, { trainSeconds }) => sum + trainSeconds, 0);
}

/** The cells of `METRIC_COLUMNS`; empty where there is no metric. */
export function metricCells(metrics: RetrievalMetrics | null): Record<MetricName, number | null> {
  const values = new Map<string, number>();
  if (metrics) {
    for (const { k, percent } of metrics.recallAtK) values.set(`recall_at_${k}`, percent);
    values.set("map_at_r", metrics.mapAtR);
    values.set("r_precision", metrics.rPrecision);
  }
  const cells = METRIC_COLUMNS.map(({ name }) => [name, values.get(name) ?? null]);
  return Object.fromEntries(cells) as Record<MetricName, number | null>;
}
