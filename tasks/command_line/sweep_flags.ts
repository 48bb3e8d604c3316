/** The flags of `sweep`, and the trials they ask for. */

import { datasetsOfProfile } from "../../lib/dataset/datasets.ts";
import { UsageError } from "../../lib/errors.ts";
import type { Overrides } from "../../lib/experiment/config_fields.ts";
import { planRuns } from "../../lib/experiment/plan.ts";
import { drawTrial } from "../../lib/experiment/sweep/draw_trial.ts";
import type { Trial } from "../../lib/experiment/sweep/execute_trial.ts";
import { hasSetting, parseSweepSpace } from "../../lib/experiment/sweep/sweep_space.ts";
import { LOSS_NAMES, type LossName } from "../../lib/loss/losses.ts";
import { BACKBONE_NAMES } from "../../lib/model/registry.ts";
import { withPrecision } from "../../lib/train/config.ts";
import { COMPARED_LOSSES } from "../experiments/compared_losses.ts";
import { defaultBackbone, SETTINGS } from "../experiments/experiment.ts";
import { CACHE_FLAG } from "./cache_flag.ts";
import { CONFIG_FLAGS, readOverrides } from "./config_flags.ts";
import type { Flag, Flags } from "./flags.ts";
import { findPretrainedFiles, WEIGHTS_FLAG } from "./pretrained_flags.ts";
import { readYaml } from "./read_yaml.ts";
import {
  BACKEND_FLAGS,
  readBackendChoice,
  readDataset,
  readRoots,
  ROOT_FLAGS,
} from "./shared_flags.ts";

const DEFAULT_TRIALS = 10;
const DEFAULT_FOLDS = 3;

/** Which trials. */
export const SWEEP_FLAGS: readonly Flag[] = [
  {
    name: "space",
    value: "FILE",
    help:
      "JSON or YAML file with what is tried: `learning-rate: {from: 1e-5, to: 1e-3, scale: log}`, " +
      "`alpha: [12, 32]`.",
  },
  {
    name: "trials",
    value: "N",
    help:
      `Trials that are drawn, beside the settings as they are; default ${DEFAULT_TRIALS}. More go on where fewer ended.`,
  },
  {
    name: "folds",
    value: "K",
    help: `Parts of the training classes, each held out once; default ${DEFAULT_FOLDS}.`,
  },
  { name: "dataset", value: "NAME", help: "Dataset, one of the profile's." },
  {
    name: "loss",
    value: "NAME,...",
    help: `Losses, with the same draws: ${LOSS_NAMES.join(", ")}; default ${COMPARED_LOSSES[0]}.`,
  },
  {
    name: "backbone",
    value: "NAME",
    help: `Backbone: ${BACKBONE_NAMES.join(", ")}; default the profile's.`,
  },
  { name: "seed", value: "N", help: "Seed of draws, folds and runs; default 2024." },
  ...ROOT_FLAGS,
  ...BACKEND_FLAGS,
  CACHE_FLAG,
  WEIGHTS_FLAG,
  ...CONFIG_FLAGS,
];

/** The trials of a sweep, and what they stand on. */
export interface SweepPlan {
  readonly trials: readonly Trial[];
  readonly foldCount: number;
  /** File of pretrained weights, or `null`. */
  readonly pretrainedPath: string | null;
}

/**
 * Reads `SWEEP_FLAGS` and draws every trial, so that whatever is wrong is said before anything is done.
 *
 * @throws {UsageError} If a flag or the space is wrong, or a trial's settings do not fit together.
 */
export async function planSweep(flags: Flags): Promise<SweepPlan> {
  const { profile } = readRoots(flags);
  const dataset = readDataset(flags, datasetsOfProfile(profile));
  const backbone = flags.choice("backbone", BACKBONE_NAMES) ?? defaultBackbone(profile);
  const losses = flags.choices("loss", LOSS_NAMES) ?? [COMPARED_LOSSES[0]];
  const seed = flags.number("seed", { minimum: 0, maximum: 2 ** 31 - 1, isInteger: true }) ?? 2024;
  const trialCount = flags.number("trials", { minimum: 0, maximum: 10_000, isInteger: true }) ??
    DEFAULT_TRIALS;
  const foldCount = flags.number("folds", { minimum: 2, maximum: 1000, isInteger: true }) ??
    DEFAULT_FOLDS;
  const pretrained = await findPretrainedFiles([backbone], flags);
  const overrides = await readOverrides(flags);
  const { precision } = readBackendChoice(flags).options;
  const configure = (loss: LossName, replaced: Overrides) => {
    const grid = {
      profile,
      settings: [{ kind: "full" }] as const,
      datasets: [dataset],
      protocols: ["corrected"] as const,
      backbones: [backbone],
      losses: [loss],
      seeds: [seed],
      heldOutShares: [0], // folds hold out instead
    };
    const [config, ...more] = planRuns(grid, SETTINGS[profile], replaced, pretrained.hashOf);
    if (more.length === 0) return withPrecision(config!, precision);
    throw new UsageError(
      "Cannot sweep as a setting must have one value: it has several; name them in --space",
    );
  };
  const space = await readSpace(flags);
  const unchanged = losses.map((loss) => configure(loss, overrides));
  const fields = parseSweepSpace(space.value, space.path, unchanged);
  const trials = Array.from({ length: trialCount + 1 }, (_, number) =>
    losses.map((loss, i) => {
      const ofLoss = fields.filter(({ name }) => hasSetting(unchanged[i]!, name));
      const drawn = drawTrial(ofLoss, seed, number);
      return { number, drawn, config: configure(loss, { ...overrides, ...drawn }) };
    })).flat();
  return { trials, foldCount, pretrainedPath: pretrained.paths.get(backbone) ?? null };
}

async function readSpace(
  flags: Flags,
): Promise<{ readonly value: unknown; readonly path: string }> {
  const path = flags.text("space");
  if (path !== undefined) return { value: await readYaml(path, "read sweep"), path };
  throw new UsageError("Cannot sweep as --space must name a file of what is tried: it is missing");
}
