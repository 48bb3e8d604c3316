/** The flags of pretrained weights that are scored as they are. */

import { PROTOCOLS } from "../../lib/dataset/protocol.ts";
import { UsageError } from "../../lib/errors.ts";
import type { EvaluateFrozenOptions } from "../../lib/experiment/evaluate_frozen.ts";
import { findPretrained } from "../../lib/experiment/pretrained.ts";
import { BACKBONE_NAMES } from "../../lib/model/registry.ts";
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
    help: `Dataset of --frozen: ${DATASETS_AND_FOLDER.join(", ")}.`,
  },
  {
    name: "resize-size",
    value: "N",
    help: "Pixels of the shorter side before the crop (--frozen); default the backbone's.",
  },
  {
    name: "input-size",
    value: "N",
    help: "Pixels of the central crop (--frozen); default the backbone's.",
  },
];

/** Flags that say nothing of a stored run or of embeddings. */
const ONLY_FROZEN = ["weights", "dataset", "resize-size", "input-size", "name", "profile"];
const OTHERS = ["run", "checkpoint", "embeddings", "selection"];

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
  const stray = (backbone ? OTHERS : ONLY_FROZEN).find((name) => flags.text(name) !== undefined);
  if (stray !== undefined) {
    throw new UsageError(
      backbone
        ? `Cannot evaluate as either --frozen or --${stray} must be given: both are`
        : `Cannot use --${stray} as --frozen must be given with it: it is missing`,
    );
  }
  if (backbone === undefined) return undefined;
  const { name: dataset, folders } = readDatasetOrFolders(flags);
  const size = { minimum: 1, maximum: 4096, isInteger: true } as const;
  return {
    ...readRoots(flags),
    backbone,
    dataset,
    folders,
    weights: await findWeights(backbone, flags),
    protocol: flags.choice("protocol", PROTOCOLS) ?? "published",
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
