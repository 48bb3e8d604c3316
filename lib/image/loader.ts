/** From records to batches of normalized pixels. */

import type { ImageRecord } from "../dataset/record.ts";
import type { RandomStream } from "../random_stream.ts";
import { type CentralCrop, centralCrop, drawTrainCrop } from "./crop.ts";
import { decodeImage, type PixelArray } from "../file/image/decode.ts";
import { createLevelTable, type ImagePreset } from "./preset.ts";
import { type AxisMap, mapBox, Resampler } from "./resample.ts";

/** Images that one loader reads and decodes at a time. */
const DECODE_COUNT = 4;

/** Options of {@linkcode createImageLoader}. */
export interface ImageLoaderOptions {
  /** The dataset's folder, which every `imagePath` is below. */
  readonly folder: string;
  /** What the backbone expects. */
  readonly preset: ImagePreset;
  /** Decoded pixels are kept until they fill this many bytes; 0 keeps none. Results do not depend on it. */
  readonly cacheBytes: number;
}

/** Loads batches of images. */
export interface ImageLoader {
  /**
   * Random crops of a training batch, flipped at 0.5.
   *
   * @param streamOf The stream that draws crop and flip of the i-th image; called once per image.
   * @returns [B, S, S, 3] with S = `preset.inputSize`, normalized, channels in the preset's order.
   * @throws {InputError} That names the file, if an image cannot be decoded.
   */
  loadTrain(
    records: readonly Pick<ImageRecord, "imagePath">[],
    streamOf: (i: number) => RandomStream,
  ): Promise<Float32Array<ArrayBuffer>>;
  /**
   * Central crops, as evaluation sees them.
   *
   * @returns [B, S, S, 3] with S = `preset.inputSize`, normalized, channels in the preset's order.
   * @throws {InputError} That names the file, if an image cannot be decoded.
   */
  loadEvaluation(
    records: readonly Pick<ImageRecord, "imagePath">[],
  ): Promise<Float32Array<ArrayBuffer>>;
}

/** Where the pixels of the result come from. */
interface Placement {
  readonly x: AxisMap;
  readonly y: AxisMap;
  readonly isFlipped: boolean;
}

/**
 * Creates the loader of one dataset for one backbone. It holds nothing but memory.
 *
 * @throws {RangeError} If the preset's sizes are not whole numbers from 1 or `inputSize` exceeds `resizeSize`.
 */
export function createImageLoader(options: ImageLoaderOptions): ImageLoader {
  const { folder, preset, cacheBytes } = options;
  const size = preset.inputSize;
  checkSize("inputSize", size);
  checkSize("resizeSize", preset.resizeSize);
  centralCrop(1, 1, preset);
  const read = createCachedDecoder(folder, cacheBytes);
  const resampler = new Resampler(size);
  const table = createLevelTable(preset);
  const isBgr = preset.channelOrder === "bgr";
  const valueCount = size * size * 3;

  const load = async (
    records: readonly Pick<ImageRecord, "imagePath">[],
    place: (image: PixelArray, i: number) => Placement,
  ) => {
    const batch = new Float32Array(records.length * valueCount);
    await runBounded(records.length, DECODE_COUNT, async (i) => {
      const image = await read(records[i]!.imagePath);
      const { x, y, isFlipped } = place(image, i);
      const slot = batch.subarray(i * valueCount, (i + 1) * valueCount);
      resampler.normalize(image, x, y, { table, isFlipped, isBgr }, slot);
    });
    return batch;
  };
  return {
    loadTrain: (records, streamOf) =>
      load(records, (image, i) => {
        const box = drawTrainCrop(image.width, image.height, streamOf(i));
        return { ...mapBox(box, size), isFlipped: box.isFlipped };
      }),
    loadEvaluation: (records) =>
      load(records, (image) => mapCentral(image, centralCrop(image.width, image.height, preset))),
  };
}

function mapCentral({ width, height }: PixelArray, crop: CentralCrop): Placement {
  const { resizedWidth, resizedHeight, left, top } = crop;
  return {
    x: { start: 0, length: width, resizedLength: resizedWidth, offset: left },
    y: { start: 0, length: height, resizedLength: resizedHeight, offset: top },
    isFlipped: false,
  };
}

/** Decoded images by path; the first ones stay, as every epoch needs all of them alike. */
function createCachedDecoder(
  folder: string,
  cacheBytes: number,
): (imagePath: string) => Promise<PixelArray> {
  const cache = new Map<string, PixelArray>();
  let usedBytes = 0;
  return async (imagePath) => {
    const kept = cache.get(imagePath);
    if (kept) return kept;
    const image = await decodeImage(`${folder}/${imagePath}`);
    const sizeBytes = image.pixels.byteLength;
    if (!cache.has(imagePath) && usedBytes + sizeBytes <= cacheBytes) {
      usedBytes += sizeBytes;
      cache.set(imagePath, image);
    }
    return image;
  };
}

/**
 * Runs `count` tasks, at most `limit` at a time. After a failure no task starts, those under way end, and the failure of
 * the lowest number is thrown: the same one, whichever came first.
 */
async function runBounded(
  count: number,
  limit: number,
  run: (i: number) => Promise<void>,
): Promise<void> {
  const failures: { readonly i: number; readonly error: unknown }[] = [];
  let next = 0;
  const work = async () => {
    while (next < count && failures.length === 0) {
      const i = next++;
      await run(i).catch((error: unknown) => failures.push({ i, error }));
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, count) }, work));
  const first = failures.sort((a, b) => a.i - b.i)[0];
  if (first) throw first.error;
}

function checkSize(name: string, size: number): void {
  if (Number.isInteger(size) && size >= 1) return;
  throw new RangeError(
    `Cannot create a loader as ${name} must be a whole number from 1: it is ${size}`,
  );
}
