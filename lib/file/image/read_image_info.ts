/** Checks an image file by decoding all of it. */

import { decodeImage } from "./decode.ts";

/** What a manifest says of an image. */
export interface ImageInfo {
  /** Pixels as stored, EXIF orientation ignored. */
  readonly width: number;
  /** Pixels as stored, EXIF orientation ignored. */
  readonly height: number;
}

/**
 * Reads the size of an image, by a full decode: a file that passes can be used in training.
 *
 * @throws {InputError} That names the file, if it cannot be read, is no image, or is truncated.
 */
export async function readImageInfo(path: string): Promise<ImageInfo> {
  const { width, height } = await decodeImage(path);
  return { width, height };
}
