/** Pretrained backbone weights: found, recognized, hashed and read. */

import { join } from "@std/path";
import type { Profile } from "../dataset/record.ts";
import { dataRootFlags } from "../dataset/remedy.ts";
import { InputError } from "../errors.ts";
import { findBackbone } from "../model/registry.ts";
import type { NamedTensor } from "../file/named_tensor.ts";
import { hashFile } from "../file/hash.ts";
import { explainReadError } from "../file/read_file.ts";
import { requireFit } from "../model/weights/fit_weights.ts";
import {
  defaultWeightsOf,
  recognizeWeights,
  WEIGHTS_FOLDER,
} from "../model/weights/known_weights.ts";
import { readWeights } from "../model/weights/read_weights.ts";

/** A file of weights that runs start from. */
export interface PretrainedFile {
  readonly path: string;
  /** SHA-256 of the file, hexadecimal: `pretrainedHash` of the configuration. */
  readonly hash: string;
}

/** Which file of weights the runs of a backbone start from. */
export interface FindPretrainedOptions {
  readonly backbone: string;
  readonly profile: Profile;
  readonly dataRoot: string;
  /** A file, or `none` for random numbers. @default {for profiles photos and paper, the published file below `weights/`; else none} */
  readonly weights?: string;
  /** Whether random numbers would do, so that an error may name them. @default {true} */
  readonly mayBeRandom?: boolean;
}

const NO_WEIGHTS = "none";
const ACTION = "read weights";

/**
 * Finds the weights that the runs of a backbone start from.
 *
 * @returns `null` for random numbers.
 * @throws {InputError} If the file is missing, with where it comes from; or if it has the name of a published file and other
 * bytes.
 */
export async function findPretrained(
  options: FindPretrainedOptions,
): Promise<PretrainedFile | null> {
  const { backbone, profile, dataRoot, weights, mayBeRandom = true } = options;
  if (weights === NO_WEIGHTS) return null;
  const known = defaultWeightsOf(backbone);
  if (weights === undefined && (profile === "mini" || known === null)) return null;
  const path = weights ?? join(dataRoot, WEIGHTS_FOLDER, known!.fileName);
  const hash = weights === undefined ? await hashIfThere(path) : await hashFile(path, ACTION);
  if (hash === null) {
    throw new InputError(
      `${path}: Cannot start from pretrained weights as the file must exist: it does not; ` +
        `run \`${
          ["deno task fetch --weights", backbone, ...dataRootFlags(dataRoot)].join(" ")
        }\`, ` +
        `download ${known!.url} (${known!.description}) to it, ` +
        `or pass --weights FILE${mayBeRandom ? ", or --weights none for random numbers" : ""}`,
    );
  }
  recognizeWeights(path, hash);
  return { path, hash };
}

/**
 * Reads the weights of a backbone.
 *
 * @param file File as it was found, or `null` for random initialization.
 * @throws {InputError} If the file is missing, damaged, of another network, or no longer what was found: the id of a run
 * names its hash.
 */
export async function readPretrained(
  file: PretrainedFile | null,
  backbone: string,
): Promise<readonly NamedTensor[] | null> {
  if (file === null) return null;
  const { path } = file;
  const tensors = requireFit(findBackbone(backbone), (await readWeights(path)).tensors, path);
  const hash = await hashFile(path, ACTION);
  if (hash === file.hash) return tensors;
  throw new InputError(
    `${path}: Cannot start from pretrained weights as the file must stay as it was when the runs were planned, ` +
      `of SHA-256 ${file.hash}: it is ${hash}; run the same command again`,
  );
}

async function hashIfThere(path: string): Promise<string | null> {
  try {
    await Deno.stat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw explainReadError(error, path, ACTION);
  }
  return await hashFile(path, ACTION);
}
