/** What runs will take: images, hours and disk, before they are carried out. */

import type { DatasetCounts } from "../dataset/counts.ts";
import { countEntries } from "../file/named_tensor.ts";
import { headSpecs } from "../model/head.ts";
import { findBackbone } from "../model/registry.ts";
import type { ResultRow } from "../results/rows/row.ts";
import { batchesPerEpoch } from "../sampling/epoch_length.ts";
import type { TrainConfig } from "../train/config.ts";

/** A measured pace of one network on one backend, images per second. */
export interface MeasuredRate {
  readonly backbone: string;
  readonly backend: string;
  readonly inputSize: number;
  /** Whole steps: forward, backward, update. */
  readonly train: number;
  /** Features alone. */
  readonly embed: number;
}

/** Images that a run sees. */
export interface Work {
  readonly trainedImages: number;
  readonly embeddedImages: number;
}

/** Bytes of a stored number. */
const NUMBER_BYTES = 4;
/** An image is embedded in a third of the time of training on it, where only that is known: forward, without backward. */
const EMBED_OVER_TRAIN = 3;

/**
 * Counts the images of a run. Imbalance is counted with classes of equal size: their sizes are known on the spot alone.
 *
 * @param counts Of the dataset.
 */
export function countWork(config: TrainConfig, counts: DatasetCounts): Work {
  const { imageCount, classCount } = counts.train!;
  const kept = 1 - config.heldOutShare;
  const heldOut = imageCount - Math.round(imageCount * kept);
  const trained = countTrained(
    config,
    Math.round(imageCount * kept),
    Math.round(classCount * kept),
  );
  const batchSize = config.classesPerBatch * config.imagesPerClass;
  const batchCount = batchesPerEpoch(Math.max(1, trained), batchSize, config.protocol);
  const { test, query, gallery } = counts;
  const evaluated = [test, query, gallery].reduce(
    (sum, split) => sum + (split?.imageCount ?? 0),
    0,
  );
  const evaluationCount = 1 + Math.ceil(config.epochCount / config.evaluateEvery); // the untrained network too
  return {
    trainedImages: config.epochCount * batchCount * batchSize,
    embeddedImages: evaluationCount * (evaluated + heldOut),
  };
}

function countTrained({ setting }: TrainConfig, imageCount: number, classCount: number): number {
  switch (setting.kind) {
    case "full":
      return imageCount;
    case "partial":
      return Math.floor(setting.rate * imageCount);
    case "imbalance": {
      const size = imageCount / classCount;
      const keptOf = (rank: number) =>
        Math.max(1, Math.floor(size * setting.gamma ** (-rank / Math.max(1, classCount - 1))));
      return Array.from({ length: classCount }, (_, rank) => keptOf(rank)).reduce(
        (a, b) => a + b,
        0,
      );
    }
  }
}

/**
 * The pace of a run's network on a backend: what rows of earlier runs measured, else the nearest that is known.
 *
 * @param rows Results, of any runs.
 * @returns `null` where nothing is known.
 */
export function findRate(
  { backbone, inputSize }: Pick<TrainConfig, "backbone" | "inputSize">,
  backend: string,
  known: readonly MeasuredRate[],
  rows: readonly ResultRow[],
): MeasuredRate | null {
  const own = rows.filter((row) =>
    row.backbone === backbone && row.backend === backend && row.input_size === inputSize &&
    row.selection === "final" && row.images_per_second !== null
  ).map((row) => row.images_per_second!).toSorted((a, b) => a - b);
  if (own.length > 0) {
    const train = own[Math.floor(own.length / 2)]!;
    return { backbone, backend, inputSize, train, embed: train * EMBED_OVER_TRAIN };
  }
  return known.find((rate) =>
    rate.backbone === backbone && rate.backend === backend && rate.inputSize === inputSize
  ) ?? null;
}

/** Hours of a run at a pace. */
export function hoursOf(
  { trainedImages, embeddedImages }: Work,
  { train, embed }: MeasuredRate,
): number {
  return (trainedImages / train + embeddedImages / embed) / 3600;
}

/** Bytes that a run leaves: the weights of each epoch that it reports. */
export function bytesOf(config: TrainConfig): number {
  const backbone = findBackbone(config.backbone);
  const specs = [...backbone.specs, ...headSpecs(backbone.featureCount, config.embeddingSize)];
  const entryCount = specs.reduce((sum, { shape }) => sum + countEntries(shape), 0);
  const fileCount = config.protocol === "corrected" && config.heldOutShare > 0 ? 3 : 2;
  return fileCount * entryCount * NUMBER_BYTES;
}
