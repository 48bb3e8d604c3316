/** One trial of a sweep, from its settings to its row. */

import { join } from "@std/path";
import type { TrainConfig } from "../../train/config.ts";
import { hashConfig } from "../../train/run_id.ts";
import { readCommit } from "../../results/rows/checkout.ts";
import { CONFIG_FIELDS, type Overrides, type OverrideValue } from "../config_fields.ts";
import { executeFold, type FoldOptions } from "./execute_fold.ts";
import { settingColumn, type SweepRow } from "./sweep_row.ts";

/** A trial. */
export interface Trial {
  /** 0 is the settings as they are. */
  readonly number: number;
  /** What was drawn. */
  readonly drawn: Overrides;
  /** The whole configuration, what was drawn included. */
  readonly config: TrainConfig;
}

/** What a trial stands on. */
export interface TrialOptions extends
  Pick<
    FoldOptions,
    "dataset" | "backend" | "isEager" | "pretrained" | "cacheBytes" | "shouldStop"
  > {
  readonly trial: Trial;
  readonly foldCount: number;
  /** Folder of what is under way; a trial's own is removed when it is done. */
  readonly folder: string;
  /** Told of the share that is done, in [0, 1]. */
  readonly onProgress?: (share: number) => void;
}

/**
 * Trains and scores every fold; folds that an interrupted execution has done are not repeated.
 *
 * @returns The row. What is under way stays in the folder until {@linkcode removeTrial}.
 */
export async function executeTrial(options: TrialOptions): Promise<SweepRow> {
  const { trial, foldCount, dataset, backend, isEager, pretrained, cacheBytes, shouldStop } =
    options;
  const outcomes = [];
  for (let index = 0; index < foldCount; index++) {
    outcomes.push(
      await executeFold({
        config: trial.config,
        fold: { index, count: foldCount },
        folder: join(trialFolder(options), `fold-${index}-of-${foldCount}`),
        dataset,
        backend,
        isEager,
        pretrained,
        cacheBytes,
        shouldStop,
        onStep: (done, total) => options.onProgress?.((index + done / total) / foldCount),
      }),
    );
  }
  const recalls = outcomes.map(({ recallAt1 }) => recallAt1);
  return {
    ...describeTrial(trial),
    fold_count: foldCount,
    held_out_recall_at_1: sumOf(recalls) / foldCount,
    fold_recalls: recalls.map((recall) => recall.toFixed(2)).join(" "),
    wall_seconds: sumOf(outcomes.map(({ wallSeconds }) => wallSeconds)),
    backend: backend.name,
    backend_version: backend.version,
    device: backend.device,
    threads: backend.threads,
    data_hash: dataset.dataHash,
    commit: await readCommit("."),
  };
}

/** Removes what a trial that is stored has left. */
export async function removeTrial(options: Pick<TrialOptions, "folder" | "trial">): Promise<void> {
  await Deno.remove(trialFolder(options), { recursive: true });
}

function trialFolder({ folder, trial }: Pick<TrialOptions, "folder" | "trial">): string {
  return join(folder, hashConfig(trial.config).slice(0, 16));
}

/** What a row says before its trial is carried out. */
export function describeTrial({ number, drawn, config }: Trial) {
  const settings = CONFIG_FIELDS.map((field) => [
    settingColumn(field),
    formatCell(field.read(config)),
  ]);
  const pairs = Object.entries(drawn).map(([name, value]) => `${name}=${value}`);
  return {
    profile: config.profile,
    dataset: config.dataset,
    backbone: config.backbone,
    loss: config.loss.name,
    seed: config.seed,
    trial: number,
    drawn: pairs.join(" ") || "none",
    ...Object.fromEntries(settings),
    weights_hash: config.pretrainedHash ?? "random",
    config_hash: hashConfig(config),
  };
}

function formatCell(value: OverrideValue | undefined): string | number | null {
  if (value === undefined) return null;
  if (typeof value === "number" || typeof value === "string") return value;
  return Array.isArray(value) ? value.join(" ") : String(value);
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
