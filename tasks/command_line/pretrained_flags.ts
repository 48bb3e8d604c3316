/** The flag for pretrained weights, and the files that it stands for. */

import { InputError, UsageError } from "../../lib/errors.ts";
import { findPretrained, type PretrainedFile } from "../../lib/experiment/pretrained.ts";
import { describeUnknown } from "../../lib/nearest_name.ts";
import type { Flag, Flags } from "./flags.ts";
import { sayTakenNetwork } from "./say_taken_network.ts";
import { readRoots } from "./shared_flags.ts";

/** Which weights the backbones start from. */
export const WEIGHTS_FLAG: Flag = {
  name: "weights",
  value: "FILE",
  help:
    "Pretrained weights: a file for one backbone, NAME=FILE,... for several, or none for random numbers; default, for " +
    "profiles photos and paper, the published files in data/weights.",
};

/** Files of pretrained weights. */
export interface PretrainedFiles {
  /** By backbone. */
  readonly paths: ReadonlyMap<string, string>;
  /** SHA-256 of the file of a backbone, or `null`. */
  hashOf(backbone: string): string | null;
}

/**
 * Finds the weights of every backbone.
 *
 * @param onMissing Told of files that are missing, where that is no error.
 * @throws {InputError} If a file is missing or not what its name says.
 * @throws {UsageError} If one file is named for several backbones, or a file for another one.
 */
export async function findPretrainedFiles(
  backbones: readonly string[],
  flags: Flags,
  onMissing?: (message: string, backbone: string) => void,
): Promise<PretrainedFiles> {
  const { profile, dataRoot } = readRoots(flags);
  const weightsOf = readWeights(flags, backbones);
  const files = new Map<string, PretrainedFile>();
  for (const backbone of backbones) {
    try {
      const weights = weightsOf(backbone);
      const file = await findPretrained({ backbone, profile, dataRoot, weights });
      if (file && weights !== undefined) await sayTakenNetwork(file.path);
      if (file) files.set(backbone, file);
    } catch (error) {
      if (!(error instanceof InputError) || !onMissing) throw error;
      onMissing(error.message, backbone);
    }
  }
  return {
    paths: new Map(files.entries().map(([backbone, { path }]) => [backbone, path])),
    hashOf: (backbone) => files.get(backbone)?.hash ?? null,
  };
}

/** Reads `--weights`: what it names for a backbone. */
function readWeights(
  flags: Flags,
  backbones: readonly string[],
): (backbone: string) => string | undefined {
  const text = flags.text("weights");
  const pairs = text?.split(",").map((part) => part.match(/^(\w+)=(.+)$/s)) ?? [];
  if (text !== undefined && pairs.every((pair) => pair !== null)) {
    const named = new Map(pairs.map((pair) => [pair![1]!, pair![2]!]));
    const other = named.keys().find((name) => !backbones.includes(name));
    if (other === undefined) return (backbone) => named.get(backbone);
    throw new UsageError(
      `Cannot use --weights as each name must be a backbone of the runs (${
        backbones.join(", ")
      }): ${describeUnknown(other, backbones)}`,
    );
  }
  if (text !== undefined && text !== "none" && backbones.length > 1) {
    throw new UsageError(
      `Cannot use --weights as one file must be for one backbone: there are ${backbones.length}; ` +
        `name one for each: --weights ${backbones.map((name) => `${name}=FILE`).join(",")}`,
    );
  }
  return () => text;
}
