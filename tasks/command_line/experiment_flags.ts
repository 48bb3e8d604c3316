/** The flags of `reproduce-all`, and the runs they ask for: a profile's experiment, part by part, narrowed. */

import { DATASET_NAMES } from "../../lib/dataset/datasets.ts";
import { type Protocol, PROTOCOLS } from "../../lib/dataset/protocol.ts";
import type { Profile } from "../../lib/dataset/record.ts";
import { UsageError } from "../../lib/errors.ts";
import { planRuns } from "../../lib/experiment/plan.ts";
import { LOSS_NAMES, LOSS_PARAMETERS } from "../../lib/loss/losses.ts";
import { BACKBONE_NAMES } from "../../lib/model/registry.ts";
import { type TrainConfig, withPrecision } from "../../lib/train/config.ts";
import { hashConfig } from "../../lib/train/run_id.ts";
import type { ExperimentPart } from "../experiments/experiment_grid.ts";
import { gridsOf, PARTS, SETTINGS } from "../experiments/experiment.ts";
import type { Flag, Flags } from "./flags.ts";
import { findPretrainedFiles, type PretrainedFiles } from "./pretrained_flags.ts";
import { readBackendChoice, readRoots } from "./shared_flags.ts";

/** Names all parts of a profile. */
const ALL_PARTS = "all";
/** Narrow a plan: runs that have another value are left out. */
const NARROWING:
  readonly (Flag & { readonly read: (config: TrainConfig) => string | undefined })[] = [
    { name: "dataset", value: "NAME,...", help: "Datasets; default all.", read: (c) => c.dataset },
    {
      name: "loss",
      value: "NAME,...",
      help: "Losses; default all of the part.",
      read: (c) => c.loss.name,
    },
    {
      name: "backbone",
      value: "NAME,...",
      help: "Backbones; default all of the part.",
      read: (c) => c.backbone,
    },
    {
      name: "seed",
      value: "N,...",
      help: "Seeds; default all of the part.",
      read: (c) => String(c.seed),
    },
    {
      name: "protocol",
      value: "NAME,...",
      help: `Protocols: ${PROTOCOLS.join(", ")}; default all of the part.`,
      read: (c) => c.protocol,
    },
    ...LOSS_PARAMETERS.map(({ name, about }) => ({
      name,
      value: "N,...",
      help: `${about}: of the losses that have it, only these; default all of the part.`,
      read: ({ loss }: TrainConfig) => {
        const value = (loss as Readonly<Record<string, string | number>>)[name];
        return value === undefined ? undefined : String(value);
      },
    })),
  ];

/** Which runs of a profile's experiment. */
export const EXPERIMENT_FLAGS: readonly Flag[] = [
  {
    name: "part",
    value: "NAME",
    help: `Part of the experiment: ${
      Object.entries(PARTS).map(([profile, parts]) =>
        `of ${profile}, ${parts.map(({ name }) => name).join(", ")}`
      ).join("; ")
    }; or ${ALL_PARTS}. Default the first.`,
  },
  ...NARROWING.map(({ name, value, help }) => ({ name, value, help })),
];

/** A part of an experiment and its runs; one that an earlier part has already is not among them. */
export interface PlannedPart {
  readonly part: ExperimentPart;
  readonly configs: readonly TrainConfig[];
}

/** The runs of an experiment. */
export interface ExperimentPlan {
  readonly parts: readonly PlannedPart[];
  readonly pretrained: PretrainedFiles;
  /** By backbone whose weights are missing: one line with what to do. Its runs are planned as from random numbers. */
  readonly missingWeights: ReadonlyMap<string, string>;
}

/**
 * Reads `EXPERIMENT_FLAGS` and plans the runs.
 *
 * @throws {UsageError} If a flag names what the part does not have, or nothing is left.
 */
export async function planExperiment(flags: Flags): Promise<ExperimentPlan> {
  const { profile } = readRoots(flags);
  const { precision } = readBackendChoice(flags).options;
  const chosen = readParts(flags, profile);
  const keeps = readNarrowing(flags);
  const plan = (part: ExperimentPart, hashOf: PretrainedFiles["hashOf"]) =>
    gridsOf(profile, part).flatMap((grid) => planRuns(grid, SETTINGS[profile], {}, hashOf))
      .map((config) => withPrecision(config, precision));
  checkNarrowing(flags, chosen.flatMap((part) => plan(part, () => null)));
  const backbones = chosen.flatMap((part) => plan(part, () => null)).filter(keeps)
    .map(({ backbone }) => backbone);
  const missingWeights = new Map<string, string>();
  const pretrained = await findPretrainedFiles(
    [...new Set(backbones)],
    flags,
    (message, backbone) => missingWeights.set(backbone, message),
  );
  const seen = new Set<string>();
  const parts = chosen.map((part) => {
    const configs = plan(part, pretrained.hashOf).filter(keeps).filter((config) => {
      const hash = hashConfig(config);
      return !seen.has(hash) && seen.add(hash);
    });
    return { part, configs };
  });
  return { parts, pretrained, missingWeights };
}

function readParts(flags: Flags, profile: Profile): readonly ExperimentPart[] {
  const names = PARTS[profile].map(({ name }) => name);
  const name = flags.choice("part", [...names, ALL_PARTS]) ?? names[0]!;
  return PARTS[profile].filter((part) => name === ALL_PARTS || part.name === name);
}

/** Whether a run is left by the narrowing flags; what its loss does not have, no flag takes away. */
function readNarrowing(flags: Flags): (config: TrainConfig) => boolean {
  const wanted = NARROWING.flatMap(({ name, read }) => {
    const values = readValues(flags, name);
    return values ? [{ read, values }] : [];
  });
  return (config) =>
    wanted.every(({ read, values }) => {
      const value = read(config);
      return value === undefined || values.includes(value);
    });
}

function readValues(flags: Flags, name: string): readonly string[] | undefined {
  switch (name) {
    case "dataset":
      return flags.choices(name, DATASET_NAMES);
    case "loss":
      return flags.choices(name, LOSS_NAMES);
    case "backbone":
      return flags.choices(name, BACKBONE_NAMES);
    case "protocol":
      return flags.choices<Protocol>(name, PROTOCOLS);
    default:
      return flags.numbers(name)?.map(String);
  }
}

/** A value that no run of the part has is a mistake, not an empty plan. */
function checkNarrowing(flags: Flags, configs: readonly TrainConfig[]): void {
  for (const { name, read } of NARROWING) {
    const present = new Set(configs.map(read).filter((value) => value !== undefined));
    const absent = readValues(flags, name)?.find((value) => !present.has(value));
    if (absent === undefined) continue;
    throw new UsageError(
      `Cannot use --${name} as it must be one of those of the part (${
        [...present].join(", ")
      }): it is ${absent}`,
    );
  }
}
