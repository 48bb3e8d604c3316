/** Rows that look like those of runs, made up from formulas: no number here was measured. */

import { createHash } from "node:crypto";
import { joinRunId } from "../../lib/train/run_id.ts";
import { LOSS_PARAMETERS, LOSSES, type LossParameterName } from "../../lib/loss/losses.ts";
import type { EpochRow } from "../../lib/results/rows/epoch_row.ts";
import { type MetricName, METRICS } from "../../lib/eval/metric_definitions.ts";
import type { ResultRow } from "../../lib/results/rows/row.ts";

/** The metrics of a dataset whose Recall@K has K = 1, 2, 4, 8; all others are `null`. */
export function metricsFrom(recallAt1: number): Record<MetricName, number | null> {
  const rest = 100 - recallAt1;
  const values: Partial<Record<MetricName, number>> = {
    recall_at_1: recallAt1,
    recall_at_2: recallAt1 + rest * 0.3,
    recall_at_4: recallAt1 + rest * 0.55,
    recall_at_8: recallAt1 + rest * 0.75,
    map_at_r: recallAt1 * 0.4,
    r_precision: recallAt1 * 0.5,
  };
  return Object.fromEntries(
    METRICS.map(({ column }) => [column, values[column] ?? null]),
  ) as Record<MetricName, number | null>;
}

/** Cells of the hyperparameters: defaults of those that the loss has, the others empty. */
function parameterCells(loss: string): Record<LossParameterName, number | null> {
  const own = LOSSES.find(({ name }) => name === loss)?.parameters.map(({ name }) => name) ?? [];
  const cells = LOSS_PARAMETERS.map(({ name, default: usual }) => [
    name,
    own.some((one) => one === name) ? usual : null,
  ]);
  return Object.fromEntries(cells) as Record<LossParameterName, number | null>;
}

function hashText(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** A row; `changes` replace its fields. Its hashes and run id follow from them. */
export function syntheticRow(changes: Partial<ResultRow> = {}): ResultRow {
  const row = {
    run_id: "",
    selection: "final",
    profile: "mini",
    dataset: "cub200",
    setting: "full",
    rate: null,
    gamma: null,
    loss: "proxy_an",
    ...parameterCells(changes.loss ?? "proxy_an"),
    backbone: "resnet_mini",
    embedding_size: 64,
    protocol: "published",
    seed: 2024,
    epoch: 12,
    ...metricsFrom(60),
    query_count: 200,
    left_out_count: 0,
    mean_loss: 1.5,
    wall_seconds: 10.25,
    images_per_second: 300,
    backend: "wasm",
    backend_version: "4.22.0",
    device: "CPU",
    threads: 1,
    commit: null,
    config_hash: "",
    group_hash: "",
    data_hash: "d0".repeat(32),
    weights_name: null,
    weights_hash: "random",
    input_size: 32,
    epoch_count: EPOCH_COUNT,
    held_out_share: changes.protocol === "corrected" ? 0.15 : 0,
    device_kind: "cpu",
    precision: "float32",
    deterministic: "yes",
    code_changed: null,
    deno_version: null,
    lock_hash: null,
    os: null,
    cpu: null,
    gpu: null,
    gpu_driver: null,
    peak_memory_bytes: null,
    evaluation_seconds: null,
    energy_joules: null,
    ...changes,
  };
  const { profile, dataset, loss, alpha, margin, backbone, embedding_size, protocol } = row;
  const group = [profile, dataset, loss, alpha, margin, backbone, embedding_size, protocol];
  const setting = `${row.setting}${row.rate ?? row.gamma ?? ""}`;
  row.group_hash ||= hashText(group.join());
  row.config_hash ||= hashText([...group, setting, row.seed].join());
  row.run_id ||= joinRunId({ ...row, setting, configHash: row.config_hash });
  return row;
}

/** Recall@1 that a made-up run has after some epochs. */
function recallAfter(epoch: number, loss: string, seed: number, size: number): number {
  const level = { proxy_an: 66, proxy_anchor: 63.5, proxy_nca: 58 }[loss] ?? 50;
  const top = 24 + (level - 24) * size;
  const wave = 1.2 * Math.sin(epoch * 1.7 + seed * 2.3 + loss.length);
  return epoch === 0 ? 24 + seed % 2 : top - (top - 24) * Math.exp(-epoch / 2.5) + wave;
}

const GRID_LOSSES = ["proxy_an", "proxy_anchor", "proxy_nca"];
const SEEDS = [2024, 2025];
const EPOCH_COUNT = 12;

/** Rows of all reported epochs of a run, with its epochs. */
export function syntheticRun(
  changes: Partial<ResultRow>,
  size = 1,
): { rows: ResultRow[]; epochs: EpochRow[] } {
  const base = syntheticRow(changes);
  const recalls = Array.from(
    { length: EPOCH_COUNT + 1 },
    (_, epoch) => recallAfter(epoch, base.loss, base.seed, size),
  );
  const best = recalls.indexOf(Math.max(...recalls));
  const reported = [["untrained", 0], ["final", EPOCH_COUNT], ["best_on_test", best]] as const;
  const heldOut = [["held_out", Math.max(1, best - 1)]] as const;
  const all = base.protocol === "corrected" ? [...reported, ...heldOut] : reported;
  const rows = all.map(([selection, epoch]) => ({
    ...base,
    selection,
    epoch,
    ...metricsFrom(recalls[epoch]!),
    mean_loss: epoch === 0 ? null : 1.5,
  }));
  const epochs = recalls.map((recall, epoch): EpochRow => ({
    run_id: base.run_id,
    epoch,
    learning_rate_factor: epoch === 0 ? null : 1,
    mean_loss: epoch === 0 ? null : 10 / epoch,
    ...metricsFrom(recall),
    held_out_recall_at_1: null,
    wall_seconds: 1,
    images_per_second: null,
  }));
  return { rows, epochs };
}

/** A whole grid: full by both protocols, partial and imbalance by the published one. */
export function syntheticGrid(): { rows: ResultRow[]; epochs: Map<string, EpochRow[]> } {
  const choices: [Partial<ResultRow>, number][] = [];
  for (const loss of GRID_LOSSES) {
    for (const seed of SEEDS) {
      for (const protocol of ["published", "corrected"]) {
        for (const dataset of ["cub200", "cars196"]) {
          choices.push([{ loss, seed, protocol, dataset }, 1]);
        }
      }
      for (const rate of [0.1, 0.3, 0.6]) {
        choices.push([{ loss, seed, setting: "partial", rate }, rate ** 0.3]);
      }
      for (const gamma of [10, 50, 150]) {
        choices.push([{ loss, seed, setting: "imbalance", gamma }, gamma ** -0.12]);
      }
    }
  }
  const runs = choices.map(([changes, size]) => syntheticRun(changes, size));
  return {
    rows: runs.flatMap(({ rows }) => rows),
    epochs: new Map(runs.map(({ epochs }) => [epochs[0]!.run_id, epochs])),
  };
}
