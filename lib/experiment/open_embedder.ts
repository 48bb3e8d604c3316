/** The network of a weights file, ready to embed. */

import { basename, dirname, resolve } from "@std/path";
import { InputError } from "../errors.ts";
import type { ImagePreset } from "../image/preset.ts";
import { createEmbedder, type Embedder } from "../model/embedder.ts";
import { findBackbone } from "../model/registry.ts";
import { formatRunId } from "../train/run_id.ts";
import { checkArtifacts, readChecksums } from "../results/rows/checksums.ts";
import { RUNS_FOLDER } from "./run_folder.ts";
import { readStoredWeights, type StoredWeights } from "./weights_file.ts";

/** A network with the weights of a file. */
export interface StoredEmbedder {
  readonly stored: StoredWeights;
  /** Its tensors belong to the caller, who disposes them. */
  readonly embedder: Embedder;
  /** How images are prepared, at the sizes of the run. */
  readonly preset: ImagePreset;
}

/**
 * Creates the network that a file of `writeStoredWeights` holds.
 *
 * @throws {InputError} If the file is missing, damaged, or not written by `writeStoredWeights`.
 */
export async function openEmbedder(path: string): Promise<StoredEmbedder> {
  const stored = await readOwnWeights(path);
  const { embeddingSize, seed, resizeSize, inputSize } = stored.config;
  const backbone = findBackbone(stored.config.backbone);
  const embedder = createEmbedder({ backbone, embeddingSize, seed });
  try {
    embedder.tensors.load(stored.tensors, { source: path });
  } catch (error) {
    embedder.dispose();
    throw error;
  }
  return { stored, embedder, preset: { ...backbone.preset, resizeSize, inputSize } };
}

/**
 * Reads a file of `writeStoredWeights`; one in the folder of a run must be of that run.
 *
 * @throws {InputError} If the file is missing, damaged, not written by `writeStoredWeights`, or another run's.
 */
export async function readOwnWeights(path: string): Promise<StoredWeights> {
  const stored = await readStoredWeights(path);
  await checkOrigin(path, stored);
  return stored;
}

/**
 * Weights in the folder of a run must be those that it wrote: its numbers are told under its name.
 *
 * @throws {InputError} If the folder is another run's, or its list of files has another hash.
 */
async function checkOrigin(path: string, { config }: StoredWeights): Promise<void> {
  const folder = dirname(resolve(path));
  const [runId, ownId] = [basename(folder), formatRunId(config)];
  if (basename(dirname(folder)) === RUNS_FOLDER && runId !== ownId) {
    throw new InputError(
      `${path}: Cannot use weights as those in the folder of run ${runId} must be of it: they are of ${ownId}`,
    );
  }
  const name = basename(path);
  const hash = (await readChecksums(folder))?.get(name);
  if (hash !== undefined) await checkArtifacts(folder, { [name]: hash });
}
