/** What a miniature consists of, before any of it is drawn. */

import { RandomStream } from "../random_stream.ts";
import type { DatasetName } from "../dataset/datasets.ts";
import { type FileKind, type Scene, takePhotograph } from "./photograph.ts";
import { FIXTURES_SEED, type Nuisance, type Tuning } from "./tuning.ts";

/** One image of a miniature. */
export interface PlannedImage {
  /** Below the miniature's folder, with `/`. */
  readonly path: string;
  /** Bytes of the file; the same on each call. */
  readonly take: () => Promise<Uint8Array<ArrayBuffer>>;
}

/** A file beside the images. */
export interface PlannedFile {
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A whole miniature. */
export interface DatasetPlan {
  readonly images: readonly PlannedImage[];
  readonly files: readonly PlannedFile[];
}

/** Images and classes of one split, as `expected_counts.json` has them. */
export interface SplitCounts {
  readonly images: number;
  readonly classes: number;
}

/** The stream of one class, or of one of its images. */
export function fixtureStream(
  name: DatasetName,
  classNumber: number,
  image?: number,
): RandomStream {
  const suffix = image === undefined ? "" : `/${image}`;
  return RandomStream.named(FIXTURES_SEED, `fixtures/${name}/${classNumber}${suffix}`);
}

/** Plans an image whose scene and photograph come from one stream. */
export function planImage(
  path: string,
  kind: FileKind,
  nuisance: Nuisance,
  createStream: () => RandomStream,
  compose: (stream: RandomStream) => Scene,
): PlannedImage {
  const take = () => {
    const stream = createStream();
    return takePhotograph(compose(stream), kind, nuisance, stream);
  };
  return { path, take };
}

/** How many images each class has, training classes first. */
export function drawImageCounts(name: DatasetName, tuning: Tuning): number[] {
  const [fewest, most] = tuning.imagesPerClass;
  const stream = RandomStream.named(FIXTURES_SEED, `fixtures/${name}/counts`);
  return Array.from(
    { length: tuning.trainClassCount + tuning.testClassCount },
    () => fewest + stream.nextInteger(most - fewest + 1),
  );
}

/**
 * Draws classes one after the other, each time keeping the candidate that is farthest from all before it.
 *
 * @param draw The candidate of a class; called `candidateCount` times with the class's stream.
 */
export function spreadTraits<Traits>(
  name: DatasetName,
  tuning: Tuning,
  draw: (stream: RandomStream, classNumber: number) => Traits,
  distance: (a: Traits, b: Traits) => number,
): Traits[] {
  const kept: Traits[] = [];
  for (let c = 0; c < tuning.trainClassCount + tuning.testClassCount; c++) {
    const stream = fixtureStream(name, c + 1);
    const gap = (traits: Traits) => Math.min(...kept.map((other) => distance(traits, other)));
    let best = draw(stream, c + 1);
    for (let i = 1; i < tuning.candidateCount; i++) {
      const candidate = draw(stream, c + 1);
      if (gap(candidate) > gap(best)) best = candidate;
    }
    kept.push(best);
  }
  return kept;
}

/** A text file of the plan. */
export function planText(path: string, text: string): PlannedFile {
  return { path, bytes: new TextEncoder().encode(text) };
}

/** The file that tells the conversion what to find; training classes are the first `train.classes` ids. */
export function planExpectedCounts(
  path: string,
  counts: Readonly<Record<string, SplitCounts>>,
): PlannedFile {
  return planText(path, JSON.stringify(counts, null, 2) + "\n");
}

/** Counts of the two splits of a dataset whose training classes come first. */
export function countZeroShotSplits(
  imageCounts: readonly number[],
  trainClassCount: number,
): { train: SplitCounts; test: SplitCounts } {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return {
    train: { images: sum(imageCounts.slice(0, trainClassCount)), classes: trainClassCount },
    test: {
      images: sum(imageCounts.slice(trainClassCount)),
      classes: imageCounts.length - trainClassCount,
    },
  };
}
