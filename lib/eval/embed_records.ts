/** Embeddings of images, batch after batch, in evaluation mode. */

import * as tf from "@tensorflow/tfjs";
import type { ImageRecord } from "../dataset/record.ts";
import type { ImageLoader } from "../image/loader.ts";
import type { Embedder } from "../model/embedder.ts";
import { prefetch } from "../sampling/prefetch.ts";
import { giveBackFloats } from "../spare_memory.ts";
import type { EmbeddingMatrix } from "./neighbors.ts";

/** Images embedded at a time. */
const BATCH_SIZE = 64;
/** Batches decoded ahead. */
const PREFETCH_DEPTH = 2;

/**
 * Embeds the central crops of images; every batch norm uses its running statistics.
 *
 * @param records N images, in the order of the result's rows.
 * @param inputSize Pixels of the crop, as the loader makes it.
 * @returns [N, D] rows, of unit length where the embedder makes them so.
 */
export async function embedRecords(
  embedder: Pick<Embedder, "embedEvaluation" | "keepTensors">,
  loader: ImageLoader,
  records: readonly Pick<ImageRecord, "imagePath">[],
  inputSize: number,
): Promise<EmbeddingMatrix> {
  const batchCount = Math.ceil(records.length / BATCH_SIZE);
  const recordsOf = (batch: number) => records.slice(batch * BATCH_SIZE, (batch + 1) * BATCH_SIZE);
  const pixels = prefetch(
    batchCount,
    PREFETCH_DEPTH,
    (batch) => loader.loadEvaluation(recordsOf(batch)),
  );
  const parts: Float32Array[] = [];
  await embedder.keepTensors(async () => {
    for await (const values of pixels) {
      const size = recordsOf(parts.length).length;
      const images = tf.tensor4d(values, [size, inputSize, inputSize, 3]);
      const embeddings = await embedder.embedEvaluation(images); // [B, D]
      images.dispose();
      giveBackFloats(values);
      parts.push(await embeddings.data<"float32">());
      embeddings.dispose();
    }
  });
  return joinRows(parts, records.length);
}

function joinRows(parts: readonly Float32Array[], rowCount: number): EmbeddingMatrix {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const data = new Float32Array(length);
  let offset = 0;
  for (const part of parts) {
    data.set(part, offset);
    offset += part.length;
  }
  return { data, rowCount, columnCount: rowCount === 0 ? 0 : length / rowCount };
}
