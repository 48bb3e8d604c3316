/** Stored weights as a model for other programs. */

import { basename } from "@std/path";
import { hashFile } from "../file/hash.ts";
import { exportOnnx } from "../model/export/export_onnx.ts";
import { findBackbone } from "../model/registry.ts";
import { formatRunId } from "../train/run_id.ts";
import { readOwnWeights } from "./open_embedder.ts";

/** Kinds of files that weights can be exported to. */
export const EXPORT_FORMATS = ["onnx"] as const;
/** One of them. */
export type ExportFormat = typeof EXPORT_FORMATS[number];

/** A model and what it says of itself. */
export interface ExportedModel {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where it comes from and how images are prepared, as the model holds it. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Exports the network of a file of `writeStoredWeights`: images [batch, 3, S, S] to embeddings [batch, D] of unit length. The
 * model's metadata tells its run, and the sizes, order of colors, mean and deviation that its images must have.
 *
 * @throws {InputError} If the file is missing, damaged, or not written by `writeStoredWeights`.
 */
export async function exportWeights(path: string): Promise<ExportedModel> {
  const { config, epoch, selection, tensors } = await readOwnWeights(path);
  const { embeddingSize, inputSize, resizeSize } = config;
  const backbone = findBackbone(config.backbone);
  const { channelOrder, mean, deviation } = backbone.preset;
  const metadata = {
    run: formatRunId(config),
    epoch: String(epoch),
    selection,
    backbone: backbone.name,
    weights: basename(path),
    weights_sha256: await hashFile(path, "export weights"),
    input: `[batch, 3, ${inputSize}, ${inputSize}], (level / 255 - mean) / deviation`,
    resize_size: String(resizeSize),
    input_size: String(inputSize),
    channel_order: channelOrder,
    mean: mean.join(" "),
    deviation: deviation.join(" "),
  };
  const bytes = exportOnnx({ backbone, embeddingSize, inputSize, tensors, metadata });
  return { bytes, metadata };
}
