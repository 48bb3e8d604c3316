/** Parts of images, and JPEG files to take them from. */

import type { PixelArray } from "../../lib/file/image/decode.ts";
import type { ImagePart } from "../../lib/file/image/jpeg_decoder.ts";

/** The pixels of a part, in plain loops. */
export function cutOut({ pixels, width }: PixelArray, part: ImagePart): number[] {
  const levels: number[] = [];
  for (let y = part.top; y < part.top + part.height; y++) {
    for (let x = part.left; x < part.left + part.width; x++) {
      for (let channel = 0; channel < 3; channel++) {
        levels.push(pixels[(y * width + x) * 3 + channel]!);
      }
    }
  }
  return levels;
}

/** Corners, edges, a row, a pixel, all but a border. */
export function partsOf(width: number, height: number): ImagePart[] {
  return [
    { left: 0, top: 0, width, height: Math.ceil(height / 2) },
    { left: 0, top: height - 1, width, height: 1 },
    { left: width - 1, top: 0, width: 1, height },
    { left: Math.floor(width / 3), top: Math.floor(height / 3), width: 1, height: 1 },
    { left: 1, top: 1, width: width - 2, height: height - 2 },
  ].filter((part) => part.width > 0 && part.height > 0);
}

/** A JPEG of 117 x 83 with fine detail in every color. */
export async function drawJpeg(options: object, isGray = false): Promise<Uint8Array<ArrayBuffer>> {
  const { default: sharp } = await import("sharp");
  const [width, height] = [117, 83];
  const levels = Uint8Array.from({ length: width * height * 3 }, (_, i) => i * i * 31 % 251);
  const image = sharp(levels, { raw: { width, height, channels: 3 } });
  return new Uint8Array(await (isGray ? image.greyscale() : image).jpeg(options).toBuffer());
}
