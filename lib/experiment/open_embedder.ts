/** The network of a weights file, ready to embed. */

import type { ImagePreset } from "../image/preset.ts";
import { createEmbedder, type Embedder } from "../model/embedder.ts";
import { findBackbone } from "../model/registry.ts";
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
  const stored = await readStoredWeights(path);
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
