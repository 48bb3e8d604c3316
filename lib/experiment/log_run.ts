/** What a run's log takes from its stations: its first images, and the embeddings of its end. */

import type { Dataset } from "../dataset/record.ts";
import { embedRecords } from "../eval/embed_records.ts";
import { encodePngs } from "../image/encode_png.ts";
import type { ImageLoader } from "../image/loader.ts";
import type { ImagePreset } from "../image/preset.ts";
import type { RunLog } from "../log/run_log.ts";
import type { TrainingInputs } from "../train/run_training.ts";
import type { Embedder } from "../model/embedder.ts";

/** Programs that a run can be logged for. */
export const LOG_FORMATS = ["tensorboard"] as const;
/** A program that a run is logged for. */
export type LogFormat = typeof LOG_FORMATS[number];

/** Images of the first batch that are logged. */
const IMAGE_COUNT = 16;
/** Test images whose embeddings the projector shows, spread evenly; it draws each of them in the browser. */
const PROJECTED_COUNT = 5000;

/** Loads the pixels of a batch: see `TrainingInputs`. */
export type LoadBatch = TrainingInputs<unknown>["loadBatch"];

/** The same loader, which logs the first images of the first batch as the network sees them. */
export function logFirstBatch(log: RunLog, preset: ImagePreset, load: LoadBatch): LoadBatch {
  let isLogged = false;
  return async (indices, streamOf) => {
    const isFirst = !isLogged;
    isLogged = true;
    const values = await load(indices, streamOf);
    if (isFirst) {
      await log.addImages(await encodePngs(values, preset, Math.min(IMAGE_COUNT, indices.length)));
    }
    return values;
  };
}

/** Logs where the network puts test images: all of them, or some that are spread evenly. */
export async function logEmbeddings(
  log: RunLog,
  { dataset, loader, embedder, inputSize }: {
    readonly dataset: Dataset;
    readonly loader: ImageLoader;
    readonly embedder: Embedder;
    readonly inputSize: number;
  },
): Promise<void> {
  const { evaluation } = dataset;
  const all = evaluation.kind === "self" ? evaluation.images : evaluation.gallery;
  const count = Math.min(all.length, PROJECTED_COUNT);
  const labels = Array.from({ length: count }, (_, i) => all[Math.floor(i * all.length / count)]!);
  const rows = await embedRecords(embedder, loader, labels, inputSize);
  await log.addEmbeddings({ ...rows, labels });
}
