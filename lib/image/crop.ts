/**
 * Which part of an image the network sees, as pure arithmetic.
 *
 * Rules and roundings are those of torchvision's `RandomResizedCrop`, `Resize` and `CenterCrop`
 * (https://docs.pytorch.org/vision/stable/transforms.html).
 */

import type { RandomStream } from "../random_stream.ts";
import type { ImagePreset } from "./preset.ts";

/** Part of an image, in its own pixels. */
export interface CropBox {
  /** First column. */
  readonly left: number;
  /** First row. */
  readonly top: number;
  /** Columns. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
}

/** What is cut out of a training image. */
export interface TrainCrop extends CropBox {
  /** Whether left and right are swapped after the cut. */
  readonly isFlipped: boolean;
}

/** How an image becomes what evaluation sees: it is resized to these sizes, then cut at `left` and `top`. */
export interface CentralCrop {
  /** Columns of the whole resized image. */
  readonly resizedWidth: number;
  /** Rows of the whole resized image. */
  readonly resizedHeight: number;
  /** First column of the cut in the resized image. */
  readonly left: number;
  /** First row of the cut in the resized image. */
  readonly top: number;
}

/** Share of the image's area, uniform. */
const AREA_RANGE = [0.08, 1] as const;
/** Width over height, log-uniform. */
const RATIO_RANGE = [3 / 4, 4 / 3] as const;
const TRY_COUNT = 10;
const FLIP_CHANCE = 0.5;

/**
 * Draws the crop of a training image and whether it is flipped.
 *
 *     width = round(√(area · ratio)), height = round(√(area / ratio)),
 *     area ~ U(0.08, 1) · image area, log ratio ~ U(log 3/4, log 4/3)
 *
 * After ten draws that do not fit, it is the largest central crop with a ratio in that range.
 *
 * @param width Pixels of the image.
 * @param height Pixels of the image.
 * @throws {RangeError} If the image has no pixels.
 */
export function drawTrainCrop(width: number, height: number, stream: RandomStream): TrainCrop {
  checkImageSize(width, height);
  const box = drawBox(width, height, stream) ?? fallbackBox(width, height);
  return { ...box, isFlipped: stream.nextFloat() < FLIP_CHANCE };
}

function drawBox(width: number, height: number, stream: RandomStream): CropBox | undefined {
  const [minLogRatio, maxLogRatio] = [Math.log(RATIO_RANGE[0]), Math.log(RATIO_RANGE[1])];
  for (let attempt = 0; attempt < TRY_COUNT; attempt++) {
    const area = width * height * drawUniform(AREA_RANGE[0], AREA_RANGE[1], stream);
    const ratio = Math.exp(drawUniform(minLogRatio, maxLogRatio, stream));
    const cropWidth = roundHalfToEven(Math.sqrt(area * ratio));
    const cropHeight = roundHalfToEven(Math.sqrt(area / ratio));
    if (cropWidth < 1 || cropWidth > width || cropHeight < 1 || cropHeight > height) continue;
    const top = stream.nextInteger(height - cropHeight + 1);
    const left = stream.nextInteger(width - cropWidth + 1);
    return { left, top, width: cropWidth, height: cropHeight };
  }
  return undefined;
}

function fallbackBox(width: number, height: number): CropBox {
  const [minRatio, maxRatio] = RATIO_RANGE;
  const ratio = width / height;
  const cropWidth = ratio > maxRatio ? roundHalfToEven(height * maxRatio) : width;
  const cropHeight = ratio < minRatio ? roundHalfToEven(width / minRatio) : height;
  return {
    left: Math.floor((width - cropWidth) / 2),
    top: Math.floor((height - cropHeight) / 2),
    width: cropWidth,
    height: cropHeight,
  };
}

/**
 * The central crop of evaluation: shorter side to `resizeSize`, then the middle `inputSize` square.
 *
 * The longer side is cut down to a whole number and the offsets are rounded half to even, as torchvision does.
 *
 * @param width Pixels of the image.
 * @param height Pixels of the image.
 * @throws {RangeError} If the image has no pixels or `inputSize` is larger than `resizeSize`.
 */
export function centralCrop(
  width: number,
  height: number,
  preset: Pick<ImagePreset, "resizeSize" | "inputSize">,
): CentralCrop {
  checkImageSize(width, height);
  const { resizeSize, inputSize } = preset;
  if (!(inputSize <= resizeSize)) {
    throw new RangeError(
      `Cannot crop as inputSize must be at most resizeSize, ${resizeSize}: it is ${inputSize}`,
    );
  }
  const isPortrait = width <= height;
  const longer = Math.trunc(resizeSize * Math.max(width, height) / Math.min(width, height));
  const resizedWidth = isPortrait ? resizeSize : longer;
  const resizedHeight = isPortrait ? longer : resizeSize;
  return {
    resizedWidth,
    resizedHeight,
    left: roundHalfToEven((resizedWidth - inputSize) / 2),
    top: roundHalfToEven((resizedHeight - inputSize) / 2),
  };
}

function drawUniform(low: number, high: number, stream: RandomStream): number {
  return low + (high - low) * stream.nextFloat();
}

/** Python's `round`, which torchvision's offsets depend on: 58.5 gives 58, and 59.5 gives 60. */
function roundHalfToEven(x: number): number {
  const floor = Math.floor(x);
  const fraction = x - floor;
  if (fraction !== 0.5) return fraction < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

function checkImageSize(width: number, height: number): void {
  const isWhole = (x: number) => Number.isInteger(x) && x >= 1;
  if (isWhole(width) && isWhole(height)) return;
  throw new RangeError(
    `Cannot crop as width and height must be whole numbers from 1: they are ${width} and ${height}`,
  );
}
