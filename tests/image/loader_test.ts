import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { InputError } from "../../lib/errors.ts";
import { hashBytes } from "../../lib/file/hash.ts";
import { drawTrainCrop } from "../../lib/image/crop.ts";
import { createImageLoader, type ImageLoaderOptions } from "../../lib/image/loader.ts";
import { IMAGENET_PRESET, type ImagePreset } from "../../lib/image/preset.ts";
import { RandomStream } from "../../lib/random_stream.ts";
import { assertAllClose } from "../support/close.ts";
import { needs } from "../support/permissions.ts";
import { withFolder } from "../support/tiny_originals.ts";

const ignore = needs("read", "write", "env", "ffi", "sys");
const PRESET: ImagePreset = { ...IMAGENET_PRESET, resizeSize: 18, inputSize: 16 };
const CROP_LENGTH = 16 * 16 * 3;
const SIZES = [[64, 48], [40, 70], [31, 31], [100, 20], [50, 50], [16, 16], [90, 61]] as const;
const RECORDS = SIZES.map((_, i) => ({ imagePath: `train/class_${i % 2}/${i}.png` }));

/** Levels of the image of a size: a gradient in red and green, stripes in blue. */
function drawLevels(width: number, height: number): Uint8Array {
  return Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    return [255 * x / width, 255 * y / height, (x * 37 + y * 11) % 256][i % 3]!;
  });
}

/** Runs `use` with a folder that holds the images of all records. */
function withImages(use: (folder: string) => Promise<void>): Promise<void> {
  return withFolder(async (folder) => {
    const { default: sharp } = await import("sharp");
    for (const i of [0, 1]) await Deno.mkdir(`${folder}/train/class_${i}`, { recursive: true });
    await Promise.all(SIZES.map(([width, height], i) => {
      const raw = { width, height, channels: 3 } as const;
      return sharp(drawLevels(width, height), { raw }).png()
        .toFile(`${folder}/${RECORDS[i]!.imagePath}`);
    }));
    await use(folder);
  });
}

function openLoader(folder: string, options: Partial<ImageLoaderOptions> = {}) {
  return createImageLoader({ folder, preset: PRESET, cacheBytes: 1e9, ...options });
}

const streamOf = (i: number) => RandomStream.named(11, `augment/0/0/${i}`);

/** One axis of torchvision's bilinear rule, float64, without rounding: [source length] weights of output pixel `i`. */
function axisWeights(i: number, length: number, resizedLength: number): number[] {
  const ratio = length / resizedLength;
  const raw = Array.from(
    { length },
    (_, j) => Math.max(0, 1 - Math.abs(j + 0.5 - (i + 0.5) * ratio) / Math.max(1, ratio)),
  );
  const sum = raw.reduce((total, weight) => total + weight, 0);
  return raw.map((weight) => weight / sum);
}

/** What a record becomes, in plain float64 loops: box -> resized, cut at an offset, flipped, normalized. */
function referenceCrop(
  [width, height]: readonly [number, number],
  box: { left: number; top: number; width: number; height: number; isFlipped: boolean },
  resized: { width: number; height: number; left: number; top: number },
): number[] {
  const levels = drawLevels(width, height);
  const result: number[] = [];
  for (let row = 0; row < 16; row++) {
    const down = axisWeights(row + resized.top, box.height, resized.height);
    for (let column = 0; column < 16; column++) {
      const source = box.isFlipped ? 15 - column : column;
      const across = axisWeights(source + resized.left, box.width, resized.width);
      for (let channel = 0; channel < 3; channel++) {
        let level = 0;
        down.forEach((v, j) =>
          across.forEach((h, i) => {
            level += v * h * levels[((box.top + j) * width + box.left + i) * 3 + channel]!;
          })
        );
        result.push((level / 255 - PRESET.mean[channel]!) / PRESET.deviation[channel]!);
      }
    }
  }
  return result;
}

/** One level and a bit: both passes round to 8 bits. */
function assertWithinLevel(actual: ArrayLike<number>, expected: number[], name: string): void {
  const tolerance = 1.01 / 255 / 0.224;
  const scale = Math.max(...expected.map(Math.abs));
  assertAllClose(actual, expected, tolerance / scale, name);
}

Deno.test({
  name: "loadTrain() cuts, resizes, flips and normalizes as plain loops do",
  ignore,
  fn: () =>
    withImages(async (folder) => {
      const batch = await openLoader(folder).loadTrain(RECORDS, streamOf);
      assertEquals(batch.length, RECORDS.length * CROP_LENGTH);
      const crops = SIZES.map(([width, height], i) => drawTrainCrop(width, height, streamOf(i)));
      assertEquals(new Set(crops.map(({ isFlipped }) => isFlipped)).size, 2);
      crops.forEach((crop, i) => {
        const resized = { width: 16, height: 16, left: 0, top: 0 };
        const actual = batch.subarray(i * CROP_LENGTH, (i + 1) * CROP_LENGTH);
        assertWithinLevel(actual, referenceCrop(SIZES[i]!, crop, resized), `image ${i}`);
      });
    }),
});

Deno.test({
  name: "loadEvaluation() resizes the shorter side and cuts the middle as plain loops do",
  ignore,
  fn: () =>
    withImages(async (folder) => {
      const batch = await openLoader(folder).loadEvaluation(RECORDS);
      // 64x48 -> 24x18 cut at 4, 1; 40x70 -> 18x31 cut at 1, 7.5 -> 8.
      const resized = [
        { width: 24, height: 18, left: 4, top: 1 },
        { width: 18, height: 31, left: 1, top: 8 },
      ];
      resized.forEach((size, i) => {
        const [width, height] = SIZES[i]!;
        const box = { left: 0, top: 0, width, height, isFlipped: false };
        const actual = batch.subarray(i * CROP_LENGTH, (i + 1) * CROP_LENGTH);
        assertWithinLevel(actual, referenceCrop(SIZES[i]!, box, size), `image ${i}`);
      });
    }),
});

Deno.test({
  name: "batches are the same with a cache, without one, and with one that is full",
  ignore,
  fn: () =>
    withImages(async (folder) => {
      const loaders = [0, 1e9, 20_000].map((cacheBytes) => openLoader(folder, { cacheBytes }));
      const expected = await loaders[0]!.loadTrain(RECORDS, streamOf);
      for (const loader of loaders) {
        for (let pass = 0; pass < 2; pass++) {
          assertEquals(await loader.loadTrain(RECORDS, streamOf), expected);
        }
      }
    }),
});

Deno.test({
  name: "a full cache keeps the first images and reads the others again",
  ignore,
  fn: () =>
    withImages(async (folder) => {
      const [first, second] = [RECORDS[0]!, RECORDS[1]!];
      const loader = openLoader(folder, { cacheBytes: 64 * 48 * 3 }); // room for the first image
      const expected = await loader.loadEvaluation([first]);
      await loader.loadEvaluation([second]);
      for (const { imagePath } of [first, second]) await Deno.remove(`${folder}/${imagePath}`);
      assertEquals(await loader.loadEvaluation([first]), expected);
      await assertRejects(() => loader.loadEvaluation([second]), InputError, second.imagePath);
    }),
});

Deno.test({
  name: "an image depends on its own stream and not on its batch",
  ignore,
  fn: () =>
    withImages(async (folder) => {
      const loader = openLoader(folder, { cacheBytes: 0 });
      const batch = await loader.loadTrain(RECORDS, streamOf);
      const alone = await loader.loadTrain([RECORDS[4]!], () => streamOf(4));
      assertEquals(alone, batch.slice(4 * CROP_LENGTH, 5 * CROP_LENGTH));
      const other = await loader.loadTrain([RECORDS[4]!], () => streamOf(5));
      assert(alone.some((value, i) => value !== other[i]));
    }),
});

Deno.test({
  name: "two batches that load at once do not mix",
  ignore,
  fn: () =>
    withImages(async (folder) => {
      const loader = openLoader(folder, { cacheBytes: 0 });
      const reversed = RECORDS.toReversed();
      const [train, evaluation] = await Promise.all([
        loader.loadTrain(RECORDS, streamOf),
        loader.loadEvaluation(reversed),
      ]);
      assertEquals(train, await loader.loadTrain(RECORDS, streamOf));
      assertEquals(evaluation, await loader.loadEvaluation(reversed));
    }),
});

Deno.test({
  name: "a preset in bgr order puts blue first, with the mean and deviation of that order",
  ignore,
  fn: () =>
    withImages(async (folder) => {
      const mean = [0.1, 0.2, 0.3] as const;
      const plain = { ...PRESET, mean: [0, 0, 0], deviation: [1, 1, 1] } as const;
      const bgr = { ...PRESET, channelOrder: "bgr", mean, deviation: [0.5, 0.25, 2] } as const;
      const levels = await openLoader(folder, { preset: plain }).loadTrain(RECORDS, streamOf);
      const actual = await openLoader(folder, { preset: bgr }).loadTrain(RECORDS, streamOf);
      const expected = Array.from(actual, (_, i) => {
        const channel = i % 3;
        return (levels[i - channel + (2 - channel)]! - mean[channel]!) / bgr.deviation[channel]!;
      });
      assertAllClose(actual, expected, 1e-6);
    }),
});

Deno.test({
  name: "the first unreadable image of a batch is named, whichever fails first",
  ignore,
  fn: () =>
    withImages(async (folder) => {
      for (const i of [2, 3, 5]) {
        const { imagePath } = RECORDS[i]!;
        await Deno.writeTextFile(`${folder}/${imagePath}`, "no image".repeat(i === 2 ? 1e5 : 1));
      }
      const loader = openLoader(folder);
      const error = await assertRejects(() => loader.loadTrain(RECORDS, streamOf), InputError);
      assertEquals(
        error.message,
        `${folder}/${RECORDS[2]!.imagePath}: Cannot decode image as it must be a whole JPEG, ` +
          `PNG, WebP, GIF or TIFF file: it is text`,
      );
      // The loader goes on working.
      assertEquals((await loader.loadTrain([RECORDS[0]!], streamOf)).length, CROP_LENGTH);
    }),
});

Deno.test({
  name: "an image that is another than its record says is refused, whatever its size and time",
  ignore,
  fn: () =>
    withImages(async (folder) => {
      const [first, second] = RECORDS as [typeof RECORDS[0], typeof RECORDS[0]];
      const sha256 = hashBytes(await Deno.readFile(`${folder}/${first.imagePath}`));
      const loader = openLoader(folder, { remedy: "run `convert`" });
      await loader.loadEvaluation([{ ...first, sha256 }]);
      await Deno.copyFile(`${folder}/${second.imagePath}`, `${folder}/${first.imagePath}`);
      const error = await assertRejects(
        () =>
          openLoader(folder, { remedy: "run `convert`" }).loadTrain(
            [{ ...first, sha256 }],
            streamOf,
          ),
        InputError,
      );
      assertEquals(
        error.message,
        `${folder}/${first.imagePath}: Cannot load image as the file must have the content of the manifest: ` +
          "it has another; run `convert`",
      );
    }),
});

Deno.test({
  name: "an empty batch is empty",
  ignore,
  fn: async () => assertEquals((await openLoader("nowhere").loadEvaluation([])).length, 0),
});

Deno.test("createImageLoader() refuses sizes that no image can have", () => {
  const open = (sizes: Partial<ImagePreset>) => () =>
    openLoader("folder", { preset: { ...PRESET, ...sizes } });
  assertThrows(
    open({ inputSize: 0 }),
    RangeError,
    "Cannot create a loader as inputSize must be a whole number from 1: it is 0",
  );
  assertThrows(
    open({ resizeSize: 35.5 }),
    RangeError,
    "Cannot create a loader as resizeSize must be a whole number from 1: it is 35.5",
  );
  assertThrows(
    open({ resizeSize: 15 }),
    RangeError,
    "Cannot crop as inputSize must be at most resizeSize, 15: it is 16",
  );
});
