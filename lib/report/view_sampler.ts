/** What a sampler drew: recomputed, as its draws come from a named stream of the run's seed and from nothing else. */

import { RandomStream } from "../random_stream.ts";
import { BalancedSampler } from "../sampling/balanced_sampler.ts";
import { batchesPerEpoch } from "../sampling/epoch_length.ts";
import type { TrainConfig } from "../train/config.ts";
import type { SamplerView } from "./model_view.ts";

/** Dots of the picture; more classes are put together. */
const GROUP_COUNT = 100;
/** Share of the classes that head and tail have. */
const END_SHARE = 0.1;

/** What the sampler deals from. */
export interface SampledImages {
  /** Class index of every training image. */
  readonly labels: readonly number[];
  readonly classCount: number;
  readonly epochImageCount: number;
  readonly classWeights?: readonly number[];
}

/** Counts what the sampler of a run draws in all its epochs. */
export function viewSampler(config: TrainConfig, images: SampledImages): SamplerView {
  const { labels, classCount, epochImageCount, classWeights } = images;
  const { classesPerBatch, imagesPerClass, seed, epochCount, protocol } = config;
  const sampler = new BalancedSampler({
    labels,
    classCount,
    classesPerBatch,
    imagesPerClass,
    classWeights,
    stream: RandomStream.named(seed, "sampler"),
  });
  const batchCount = batchesPerEpoch(epochImageCount, classesPerBatch * imagesPerClass, protocol);
  const sizes = countByClass(labels, classCount);
  const order = sizes.map((_, i) => i).toSorted((a, b) => sizes[b]! - sizes[a]! || a - b);
  const totals = new Array<number>(classCount).fill(0);
  const epochs = Array.from({ length: epochCount }, () => {
    const drawn = Array.from({ length: batchCount }, () => sampler.nextBatch()).flat();
    const counts = countByClass(drawn.map((index) => labels[index]!), classCount);
    counts.forEach((count, i) => totals[i]! += count);
    return describeEpoch(drawn, order.map((i) => counts[i]!));
  });
  return {
    groups: groupClasses(order, sizes, totals),
    epochs,
    classCount,
    imageCount: labels.length,
  };
}

/** @param counts Draws of each class, the class with the most images first. */
function describeEpoch(
  drawn: readonly number[],
  counts: readonly number[],
): SamplerView["epochs"][number] {
  const endCount = Math.max(1, Math.round(counts.length * END_SHARE));
  const share = (part: readonly number[]) => part.reduce((a, b) => a + b, 0) / drawn.length;
  return {
    drawCount: drawn.length,
    imageCount: new Set(drawn).size,
    fewest: counts.reduce((a, b) => Math.min(a, b)),
    mean: drawn.length / counts.length,
    most: counts.reduce((a, b) => Math.max(a, b)),
    headShare: share(counts.slice(0, endCount)),
    tailShare: share(counts.slice(-endCount)),
  };
}

function groupClasses(
  order: readonly number[],
  sizes: readonly number[],
  totals: readonly number[],
): SamplerView["groups"] {
  const count = Math.min(GROUP_COUNT, order.length);
  return Array.from({ length: count }, (_, i) => {
    const [begin, end] = [i, i + 1].map((at) => Math.floor(at * order.length / count));
    const members = order.slice(begin, end);
    const mean = (values: readonly number[]) =>
      members.reduce((sum, index) => sum + values[index]!, 0) / members.length;
    return {
      classCount: members.length,
      imagesPerClass: mean(sizes),
      drawsPerClass: mean(totals),
    };
  });
}

function countByClass(labels: readonly number[], classCount: number): number[] {
  const counts = new Array<number>(classCount).fill(0);
  for (const label of labels) counts[label]!++;
  return counts;
}
