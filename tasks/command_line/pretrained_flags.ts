/** The flag for pretrained weights, and the files that it stands for. */

import { InputError, UsageError } from "../../lib/errors.ts";
import { findPretrained, type PretrainedFile } from "../../lib/experiment/pretrained.ts";
import type { Flag, Flags } from "./flags.ts";
import { sayTakenNetwork } from "./say_taken_network.ts";
import { readRoots } from "./shared_flags.ts";

/** Which weights the backbone starts from. */
export const WEIGHTS_FLAG: Flag = {
  name: "weights",
  value: "FILE",
  help:
    "Pretrained weights of the backbone, or none for random numbers; default, for profile paper, " +
    "the published file in data/weights.",
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
 * @param onMissing Told of files that are missing, where that is no error, as in a dry run.
 * @throws {InputError} If a file is missing or not what its name says.
 * @throws {UsageError} If one file is named for several backbones.
 */
export async function findPretrainedFiles(
  backbones: readonly string[],
  flags: Flags,
  onMissing?: (message: string) => void,
): Promise<PretrainedFiles> {
  const { profile, dataRoot } = readRoots(flags);
  const weights = flags.text("weights");
  if (weights !== undefined && weights !== "none" && backbones.length > 1) {
    throw new UsageError(
      `Cannot use --weights as one file must be for one backbone: there are ${backbones.length}`,
    );
  }
  const files = new Map<string, PretrainedFile>();
  for (const backbone of backbones) {
    try {
      const file = await findPretrained({ backbone, profile, dataRoot, weights });
      if (file && weights !== undefined) await sayTakenNetwork(file.path);
      if (file) files.set(backbone, file);
    } catch (error) {
      if (!(error instanceof InputError) || !onMissing) throw error;
      onMissing(error.message);
    }
  }
  return {
    paths: new Map(files.entries().map(([backbone, { path }]) => [backbone, path])),
    hashOf: (backbone) => files.get(backbone)?.hash ?? null,
  };
}
