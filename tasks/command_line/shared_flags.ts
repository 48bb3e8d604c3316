/** Flags that mean the same in every task that has them. */

import {
  BACKEND_NAMES,
  type BackendName,
  type BackendOptions,
  PRECISIONS,
} from "../../lib/backend/backend.ts";
import { type Profile, PROFILES } from "../../lib/dataset/record.ts";
import type { Workspace } from "../../lib/dataset/workspace.ts";
import { type Protocol, PROTOCOLS } from "../../lib/dataset/protocol.ts";
import { UsageError } from "../../lib/errors.ts";
import { LOSS_NAMES, type LossName } from "../../lib/loss/losses.ts";
import { LOG_FORMATS } from "../../lib/experiment/log_run.ts";
import { BACKBONE_NAMES } from "../../lib/model/registry.ts";
import { COMPARED_LOSSES } from "../experiments/compared_losses.ts";
import { defaultBackbone } from "../experiments/experiment.ts";
import type { FolderUse } from "./check_access.ts";
import type { Flag, Flags } from "./flags.ts";

/** Where data and results are. */
export const ROOT_FLAGS: readonly Flag[] = [
  { name: "profile", value: "NAME", help: `Which data: ${PROFILES.join(", ")}; default mini.` },
  { name: "data-root", value: "DIR", help: "Folder of the datasets; default data." },
  { name: "results-root", value: "DIR", help: "Folder of the results; default results." },
];

/** Which backend computes, and how. */
export const BACKEND_FLAGS: readonly Flag[] = [
  {
    name: "backend",
    value: "NAME",
    help: `Backend: auto, ${BACKEND_NAMES.join(", ")}; default auto.`,
  },
  {
    name: "threads",
    value: "N",
    help:
      "Threads of backend tensorflow or wasm; default all cores, or 1 each where runs share them.",
  },
  {
    name: "tensorflow-lib",
    value: "DIR",
    help: "Folder of libtensorflow; default: searched, see doctor.",
  },
  { name: "eager", help: "Run backend tensorflow op by op; slower, to find an op that fails." },
  {
    name: "precision",
    value: "NAME",
    help:
      `How products and convolutions multiply: ${
        PRECISIONS.join(", ")
      }; default float32. tf32 is of NVIDIA's GPUs ` +
      "since Ampere: faster, with 10 bits of mantissa. bfloat16 (7 bits, in the backbone alone) is of backend tensorflow on processors " +
      "that doctor names.",
  },
  {
    name: "nondeterministic",
    help:
      "Allow TensorFlow's kernels that are faster on a GPU and give other bits each time; gpu-check shows how much.",
  },
];

/** The dataset that a task works on. */
export function datasetFlag(names: readonly string[]): Flag {
  return { name: "dataset", value: "NAME", help: `Dataset: ${names.join(", ")}.` };
}

/** How many runs at a time; see `shareCores`. */
export const JOBS_FLAG: Flag = {
  name: "jobs",
  value: "N",
  help:
    "Runs at a time; default one per core, but 1 on a GPU and for large networks on tensorflow.",
};

/** Which runs. */
export const RUN_FLAGS: readonly Flag[] = [
  {
    name: "loss",
    value: "NAME,...",
    help: `Losses: ${LOSS_NAMES.join(", ")}; default ${COMPARED_LOSSES[0]}.`,
  },
  {
    name: "backbone",
    value: "NAME,...",
    help: `Backbones: ${BACKBONE_NAMES.join(", ")}; default ${
      PROFILES.map((profile) => `${defaultBackbone(profile)} for ${profile}`).join(", ")
    }.`,
  },
  { name: "seed", value: "N,...", help: "Seeds; default 2024." },
  {
    name: "protocol",
    value: "NAME,...",
    help: `Protocols: ${PROTOCOLS.join(", ")}; default published.`,
  },
  JOBS_FLAG,
  {
    name: "micro-batch",
    value: "N",
    help:
      "Activations of N images in memory at a time, for more time; the gradients stay those of the batch. " +
      "Needs --freeze-batch-norm true, or a backbone without batch norms.",
  },
  {
    name: "log",
    value: "NAME",
    help:
      `Also write a log into each run's folder, for ${
        LOG_FORMATS.join(", ")
      }: every step's loss, rates, norms and active pairs, metrics, images, embeddings. ` +
      "Costs a forward pass a step.",
  },
  { name: "rerun", help: "Carry out runs that are done already." },
];

/** Folders and profile. */
export interface Roots extends Omit<Workspace, "folders"> {
  readonly profile: Profile;
}

/** Reads `ROOT_FLAGS`. */
export function readRoots(flags: Flags): Roots {
  return {
    profile: flags.choice("profile", PROFILES) ?? "mini",
    dataRoot: flags.text("data-root") ?? "data",
    resultsRoot: flags.text("results-root") ?? "results",
  };
}

/** The folder of results, for a task that writes nothing else. */
export function resultsToWrite(flags: Flags): FolderUse[] {
  return [{ path: readRoots(flags).resultsRoot, use: "write" }];
}

/** Both roots, for a task that makes data. */
export function rootsToWrite(flags: Flags): FolderUse[] {
  return [{ path: readRoots(flags).dataRoot, use: "write" }, ...resultsToWrite(flags)];
}

/**
 * Reads `--jobs`.
 *
 * @throws {UsageError} If it is not a whole number of at least 1.
 */
export function readJobCount(flags: Flags): number | undefined {
  return flags.number(JOBS_FLAG.name, { minimum: 1, isInteger: true });
}

/** Flags that another backend would ignore. */
const ONLY_TENSORFLOW = ["tensorflow-lib", "eager", "nondeterministic"];

/**
 * Reads `BACKEND_FLAGS`.
 *
 * @throws {UsageError} If one is of backend tensorflow alone, and another is named.
 */
export function readBackendChoice(
  flags: Flags,
): { readonly name: BackendName | "auto"; readonly options: BackendOptions } {
  const name = flags.choice("backend", ["auto", ...BACKEND_NAMES]) ?? "auto";
  const stray = ONLY_TENSORFLOW.find((flag) => flags.isOn(flag) || flags.text(flag) !== undefined);
  if (stray !== undefined && name !== "auto" && name !== "tensorflow") {
    throw new UsageError(
      `Cannot use --${stray} as it is of backend tensorflow alone: --backend is ${name}`,
    );
  }
  return {
    name,
    options: {
      threads: flags.number("threads", { minimum: 1, maximum: 1024, isInteger: true }),
      tensorflowLibrary: flags.text("tensorflow-lib"),
      precision: flags.choice("precision", PRECISIONS) ?? "float32",
      isDeterministic: !flags.isOn("nondeterministic"),
      isEager: flags.isOn("eager"),
    },
  };
}

/** Reads `--dataset`, which must be there. */
export function readDataset<T extends string>(flags: Flags, names: readonly T[]): T {
  const dataset = flags.choice("dataset", names);
  if (dataset) return dataset;
  throw new UsageError(`Cannot run as --dataset must be one of ${names.join(", ")}: it is missing`);
}

/** Which runs of a dataset and setting. */
export interface RunAxes {
  readonly losses: readonly LossName[];
  readonly backbones: readonly string[];
  readonly seeds: readonly number[];
  readonly protocols: readonly Protocol[];
}

/** Reads `RUN_FLAGS` but `--jobs`, `--micro-batch` and `--rerun`. */
export function readRunAxes(flags: Flags, profile: Profile): RunAxes {
  return {
    losses: flags.choices("loss", LOSS_NAMES) ?? [COMPARED_LOSSES[0]],
    backbones: flags.choices("backbone", BACKBONE_NAMES) ?? [defaultBackbone(profile)],
    seeds: flags.numbers("seed", { minimum: 0, maximum: 2 ** 31 - 1, isInteger: true }) ?? [2024],
    protocols: flags.choices("protocol", PROTOCOLS) ?? ["published"],
  };
}
