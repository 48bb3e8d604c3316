/** The flags of pretrained weights that are scored as they are. */

import { PROTOCOLS } from "../../lib/dataset/protocol.ts";
import { UsageError } from "../../lib/errors.ts";
import type { EvaluateForeignOptions } from "../../lib/experiment/evaluate_foreign.ts";
import type { EvaluateFrozenOptions } from "../../lib/experiment/evaluate_frozen.ts";
import { findPretrained } from "../../lib/experiment/pretrained.ts";
import { BACKBONE_NAMES } from "../../lib/model/registry.ts";
import { SETTINGS } from "../experiments/experiment.ts";
import { checkSelection } from "./checkpoint_flags.ts";
import { EMBEDDINGS_FLAGS } from "./embeddings_flags.ts";
import type { Flag, Flags } from "./flags.ts";
import { DATASETS_AND_FOLDER, readDatasetOrFolders } from "./folder_flags.ts";
import { readRoots } from "./shared_flags.ts";

/** Which weights, on which dataset; `FOLDER_FLAGS` and `ROOT_FLAGS` belong to them. */
export const FROZEN_FLAGS: readonly Flag[] = [
  {
    name: "frozen",
    value: "BACKBONE",
    help: `Score the features of pretrained weights: ${BACKBONE_NAMES.join(", ")}.`,
  },
  {
    name: "weights",
    value: "FILE",
    help: "Weights of --frozen; default the published file in data/weights, where one is known.",
  },
  {
    name: "dataset",
    value: "NAME",
    help: `Dataset of --frozen, or of a --checkpoint that was made elsewhere: ${
      DATASETS_AND_FOLDER.join(", ")
    }.`,
  },
  {
    name: "resize-size",
    value: "N",
    help:
      "Pixels of the shorter side before the crop (--frozen, or --checkpoint with --dataset); default the backbone's, or the profile's.",
  },
  {
    name: "input-size",
    value: "N",
    help:
      "Pixels of the central crop (--frozen, or --checkpoint with --dataset); default the backbone's, or the profile's.",
  },
];

/** Flags that say nothing of a stored run or of embeddings. */
const ONLY_FROZEN = ["weights", "dataset", "resize-size", "input-size", "name", "profile"];
const OTHERS = [
  "run",
  "checkpoint",
  "selection",
  ...EMBEDDINGS_FLAGS.map(({ name }) => name),
];

/**
 * Reads `FROZEN_FLAGS`, and the dataset and protocol.
 *
 * @returns `undefined` without `--frozen`.
 * @throws {UsageError} If flags do not belong together, or there are no weights to score.
 * @throws {InputError} If the file of weights is missing.
 */
export async function readFrozenChoice(
  flags: Flags,
): Promise<Omit<EvaluateFrozenOptions, "backend"> | undefined> {
  const backbone = flags.choice("frozen", BACKBONE_NAMES);
  const isForeign = flags.text("checkpoint") !== undefined && flags.text("dataset") !== undefined;
  const strays = backbone ? OTHERS : isForeign ? ["weights"] : ONLY_FROZEN;
  const stray = strays.find((name) => flags.text(name) !== undefined);
  if (stray !== undefined) {
    throw new UsageError(
      backbone
        ? `Cannot evaluate as either --frozen or --${stray} must be given: both are`
        : `Cannot use --${stray} as --frozen must be given with it: it is missing`,
    );
  }
  if (backbone === undefined) return undefined;
  const { name: dataset, folders } = readDatasetOrFolders(flags);
  return {
    ...readRoots(flags),
    backbone,
    dataset,
    folders,
    weights: await findWeights(backbone, flags),
    protocol: flags.choice("protocol", PROTOCOLS) ?? "published",
    ...readSizes(flags),
  };
}

/**
 * Reads what a checkpoint made elsewhere is evaluated on: `--dataset` and what belongs to it. Images have the sizes of the
 * profile's runs.
 *
 * @returns `undefined` without `--checkpoint` and `--dataset`.
 * @throws {UsageError} If flags do not belong together.
 */
export function readForeignChoice(
  flags: Flags,
): Omit<EvaluateForeignOptions, "backend"> | undefined {
  const path = flags.text("checkpoint");
  if (path === undefined || flags.text("dataset") === undefined) return undefined;
  if (flags.text("run") !== undefined) {
    throw new UsageError("Cannot evaluate as either --run or --checkpoint must be given: both are");
  }
  checkSelection(flags, "evaluate");
  const { name: dataset, folders } = readDatasetOrFolders(flags);
  const roots = readRoots(flags);
  const settings = SETTINGS[roots.profile][dataset] ?? SETTINGS[roots.profile].cub200;
  const { resizeSize = settings.resizeSize, inputSize = settings.inputSize } = readSizes(flags);
  const protocol = flags.choice("protocol", PROTOCOLS) ?? "published";
  return { ...roots, path, dataset, folders, protocol, resizeSize, inputSize };
}

function readSizes(flags: Flags): { readonly resizeSize?: number; readonly inputSize?: number } {
  const size = { minimum: 1, maximum: 4096, isInteger: true } as const;
  return {
    resizeSize: flags.number("resize-size", size),
    inputSize: flags.number("input-size", size),
  };
}

async function findWeights(backbone: string, flags: Flags) {
  const weights = flags.text("weights");
  const { dataRoot } = readRoots(flags);
  const options = { backbone, profile: "paper", dataRoot, weights, mayBeRandom: false } as const;
  const file = await findPretrained(options);
  if (file) return file;
  throw new UsageError(
    `Cannot score ${backbone} as --weights must be a file of pretrained weights: it is ${
      weights ?? "missing"
    }`,
  );
}
