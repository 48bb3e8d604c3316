/**
 * From records to batches of normalized pixels.
 *
 * Files are decoded at their full resolution, and down to the last row that a crop needs. A JPEG decoder that reduces while it
 * decodes would give other levels: measured with Pillow's (`draft`) on 33 photographs of 112 px, halved and then resized to 32 px,
 * 1.3 in the mean and 32 at most (of 255).
 */

import type { ImageRecord } from "../dataset/record.ts";
import type { RandomStream } from "../random_stream.ts";
import { type CentralCrop, centralCrop, drawTrainCrop } from "./crop.ts";
import { InputError } from "../errors.ts";
import { hashBytesAside } from "../file/hash.ts";
import {
  type OpenedImage,
  openImageBytes,
  type PixelArray,
  readImageBytes,
} from "../file/image/decode.ts";
import { freeBytes, takeFloats } from "../spare_memory.ts";
import { createLevelTable, type ImagePreset } from "./preset.ts";
import { type AxisMap, mapBox, Resampler } from "./resample.ts";

/** Images that one loader reads and decodes at a time. */
const DECODE_COUNT = 4;

/** Options of {@linkcode createImageLoader}. */
export interface ImageLoaderOptions {
  /** The dataset's folder, which every `imagePath` is below. */
  readonly folder: string;
  /** What to do if a file is not as its record has it: the ending of an error. @default {"restore the file"} */
  readonly remedy?: string;
  /** What the backbone expects. */
  readonly preset: ImagePreset;
  /** Decoded pixels are kept until they fill this many bytes; 0 keeps none. Results do not depend on it. */
  readonly cacheBytes: number;
}

/**
 * An image to load. Where the hash of its bytes is known, they are compared when a loader first reads them: a file that was
 * replaced by another of the same size is found, whatever its time says.
 */
export type LoadedRecord =
  & Pick<ImageRecord, "imagePath">
  & Partial<Pick<ImageRecord, "sha256">>;

/** Loads batches of images. They are the caller's; `giveBackFloats` lets later ones have the memory of one that is read. */
export interface ImageLoader {
  /**
   * Random crops of a training batch, flipped at 0.5.
   *
   * @param streamOf The stream that draws crop and flip of the i-th image; called once per image.
   * @returns [B, S, S, 3] with S = `preset.inputSize`, normalized, channels in the preset's order.
   * @throws {InputError} That names the file, if an image cannot be decoded or is another than its record says.
   */
  loadTrain(
    records: readonly LoadedRecord[],
    streamOf: (i: number) => RandomStream,
  ): Promise<Float32Array<ArrayBuffer>>;
  /**
   * Central crops, as evaluation sees them.
   *
   * @returns [B, S, S, 3] with S = `preset.inputSize`, normalized, channels in the preset's order.
   * @throws {InputError} That names the file, if an image cannot be decoded or is another than its record says.
   */
  loadEvaluation(
    records: readonly LoadedRecord[],
  ): Promise<Float32Array<ArrayBuffer>>;
}

type ImageSize = Pick<PixelArray, "width" | "height">;

/** Where the pixels of the result come from. */
interface Placement {
  readonly x: AxisMap;
  readonly y: AxisMap;
  readonly isFlipped: boolean;
}

/** Decoded pixels, and where in them the result comes from. */
interface Source extends Pick<Placement, "x" | "y"> {
  readonly image: PixelArray;
  /** Whether others will read these pixels. */
  readonly isKept: boolean;
}

/** An image of which the pixels are taken that a placement needs. */
interface SourceImage extends ImageSize {
  take(placement: Placement): Promise<Source>;
}

/**
 * Creates the loader of one dataset for one backbone. It holds nothing but memory.
 *
 * @throws {RangeError} If the preset's sizes are not whole numbers from 1 or `inputSize` exceeds `resizeSize`.
 */
export function createImageLoader(options: ImageLoaderOptions): ImageLoader {
  const { preset } = options;
  const size = preset.inputSize;
  checkSize("inputSize", size);
  checkSize("resizeSize", preset.resizeSize);
  centralCrop(1, 1, preset);
  const read = createCachedDecoder(options);
  const resampler = new Resampler(size);
  const table = createLevelTable(preset);
  const isBgr = preset.channelOrder === "bgr";
  const valueCount = size * size * 3;

  const load = async (
    records: readonly LoadedRecord[],
    place: (size: ImageSize, i: number) => Placement,
  ) => {
    const batch = takeFloats(records.length * valueCount);
    await runBounded(records.length, DECODE_COUNT, async (i) => {
      const source = await read(records[i]!);
      const placement = place(source, i);
      const { image, x, y, isKept } = await source.take(placement);
      const slot = batch.subarray(i * valueCount, (i + 1) * valueCount);
      resampler.normalize(image, x, y, { table, isFlipped: placement.isFlipped, isBgr }, slot);
      if (!isKept) freeBytes(image.pixels);
    });
    return batch;
  };
  return {
    loadTrain: (records, streamOf) =>
      load(records, ({ width, height }, i) => {
        const box = drawTrainCrop(width, height, streamOf(i));
        return { ...mapBox(box, size), isFlipped: box.isFlipped };
      }),
    loadEvaluation: (records) =>
      load(records, (size) => mapCentral(size, centralCrop(size.width, size.height, preset))),
  };
}

function mapCentral({ width, height }: ImageSize, crop: CentralCrop): Placement {
  const { resizedWidth, resizedHeight, left, top } = crop;
  return {
    x: { start: 0, length: width, resizedLength: resizedWidth, offset: left },
    y: { start: 0, length: height, resizedLength: resizedHeight, offset: top },
    isFlipped: false,
  };
}

/** Decoded images by path; the first ones stay, as every epoch needs all of them alike. What will not stay is decoded in part. */
function createCachedDecoder(
  { folder, remedy = "restore the file", cacheBytes }: ImageLoaderOptions,
): (record: LoadedRecord) => Promise<SourceImage> {
  const cache = new Map<string, PixelArray>();
  const checked = new Set<string>();
  let usedBytes = 0;
  const keep = (imagePath: string, image: PixelArray) => {
    const sizeBytes = image.pixels.byteLength;
    if (cache.has(imagePath) || usedBytes + sizeBytes > cacheBytes) return;
    usedBytes += sizeBytes;
    cache.set(imagePath, image);
  };
  return async ({ imagePath, sha256 }) => {
    const kept = cache.get(imagePath);
    if (kept) return takeFrom(kept);
    const path = `${folder}/${imagePath}`;
    const bytes = await readImageBytes(path);
    if (sha256 !== undefined && !checked.has(imagePath)) {
      await checkContent(bytes, sha256, path, remedy);
      checked.add(imagePath);
    }
    const opened = await openImageBytes(bytes, path);
    const { width, height } = opened;
    if (usedBytes + width * height * 3 > cacheBytes) {
      const take = async (placement: Placement) => {
        const source = await decodePart(opened, placement);
        freeBytes(bytes);
        return source;
      };
      return { width, height, take };
    }
    const image = await opened.decode();
    freeBytes(bytes);
    keep(imagePath, image);
    return takeFrom(image);
  };
}

function takeFrom(image: PixelArray): SourceImage {
  const { width, height } = image;
  return { width, height, take: ({ x, y }) => Promise.resolve({ image, x, y, isKept: true }) };
}

/** What takes part, and the same places counted from there. */
async function decodePart(opened: OpenedImage, { x, y }: Placement): Promise<Source> {
  const part = { left: x.start, top: y.start, width: x.length, height: y.length };
  const image = await opened.decode(part);
  return { image, x: { ...x, start: 0 }, y: { ...y, start: 0 }, isKept: false };
}

async function checkContent(
  bytes: Uint8Array<ArrayBuffer>,
  sha256: string,
  path: string,
  remedy: string,
): Promise<void> {
  if (await hashBytesAside(bytes) === sha256) return;
  throw new InputError(
    `${path}: Cannot load image as the file must have the content of the manifest: it has another; ${remedy}`,
  );
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
