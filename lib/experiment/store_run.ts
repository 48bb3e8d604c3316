/** From the history of a run to its files: `config.json`, `epochs.csv` and the rows of its setting. */

import { join } from "@std/path";
import { writeFileAtomic } from "../file/atomic_write.ts";
import type { Backend } from "../backend/backend.ts";
import type { Dataset } from "../dataset/record.ts";
import { buildResultRow } from "../results/rows/build_result_row.ts";
import { upsertRows } from "../results/rows/csv_store.ts";
import { EPOCH_SCHEMA, type EpochRow } from "../results/rows/epoch_row.ts";
import { metricCells } from "../results/rows/metric_cells.ts";
import { collectMachineFacts, type MachineFacts } from "../results/rows/machine_facts.ts";
import { RESULT_SCHEMA, type ResultRow } from "../results/rows/row.ts";
import { formatCsv } from "../results/rows/csv_text.ts";
import type { TrainConfig } from "../train/config.ts";
import { formatRunId } from "../train/run_id.ts";
import type { EpochRecord } from "../train/run_training.ts";
import { selectEpochs } from "../train/selection.ts";
import type { EpochEvaluation } from "./evaluate_embedder.ts";
import { storeChecksums } from "../results/rows/checksums.ts";
import type { RunFolder } from "./run_folder.ts";
import { storeRunRows } from "./run_rows.ts";

type History = readonly EpochRecord<EpochEvaluation>[];

/** A finished run. */
export interface FinishedRun {
  readonly config: TrainConfig;
  readonly resultsRoot: string;
  readonly backend: Backend;
  readonly folder: RunFolder;
  readonly dataset: Dataset;
  readonly history: History;
  /** SHA-256 by file name of the weights that the run kept. */
  readonly weights: Readonly<Record<string, string>>;
  /** File of the weights that the network began with, where that is known. */
  readonly weightsName: string | null;
  /** Whether the rows stay in the run's folder until they are gathered. */
  readonly keepsRows: boolean;
  /** Of the whole run; `null` where the system does not tell. */
  readonly energyJoules: number | null;
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
 * Stores a finished run: its configuration, what its files are, and one row for each epoch that its protocol reports. The
 * rows come last: they are the moment at which the run is done.
 *
 * @returns The rows, as stored in `<setting>.csv` or in the run's folder.
 */
export async function storeRun(run: FinishedRun): Promise<ResultRow[]> {
  const { config, resultsRoot, folder, dataset } = run;
  const stored = { runId: formatRunId(config), dataHash: dataset.dataHash, config };
  await writeFileAtomic(folder.config, JSON.stringify(stored, null, 2) + "\n");
  await storeChecksums(folder.path, run.weights);
  const rows = buildResultRows(run, await collectMachineFacts(run.backend));
  if (run.keepsRows) await storeRunRows(folder.path, rows);
  else await upsertRows(join(resultsRoot, `${config.setting.kind}.csv`), RESULT_SCHEMA, rows);
  return rows;
}

function buildResultRows(run: FinishedRun, machine: MachineFacts): ResultRow[] {
  const { config, history } = run;
  const evaluated = history.flatMap(({ epoch, evaluation }) =>
    evaluation ? [{ epoch, ...evaluation }] : []
  );
  return selectEpochs(evaluated, config.protocol).map(({ selection, epoch }) => {
    const record = history.find((record) => record.epoch === epoch)!;
    return buildResultRow({ ...run, machine }, {
      ...record,
      selection,
      test: record.evaluation!.test,
      wallSeconds: sumUpTo(epoch, history, ({ trainSeconds }) => trainSeconds),
      evaluationSeconds: sumUpTo(epoch, history, ({ evaluation }) => evaluation?.seconds ?? 0),
    });
  });
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

/** Sum over the epochs up to one, that included. */
function sumUpTo(
  epoch: number,
  history: History,
  value: (record: History[number]) => number,
): number {
  return history.filter((record) => record.epoch <= epoch)
    .reduce((sum, record) => sum + value(record), 0);
}
