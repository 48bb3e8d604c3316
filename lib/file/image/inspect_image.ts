/** Checks an image file by decoding all of it. */

import { hashBytes } from "../hash.ts";
import { decodeImageBytes, readImageBytes } from "./decode.ts";

/** What a manifest says of an image. */
export interface ImageInfo {
  /** Pixels as stored, EXIF orientation ignored. */
  readonly width: number;
  /** Pixels as stored, EXIF orientation ignored. */
  readonly height: number;
  /** Size of the file. */
  readonly sizeBytes: number;
  /** Of the file's bytes, hexadecimal. */
  readonly sha256: string;
}

/**
 * Reads the size of an image, by a full decode, and the hash of the very bytes that were decoded: a file that passes can be
 * used in training.
 *
 * @throws {InputError} That names the file, if it cannot be read, is no image, or is truncated.
 */
export async function inspectImage(path: string): Promise<ImageInfo> {
  const bytes = await readImageBytes(path);
  const { width, height } = await decodeImageBytes(bytes, path);
  return { width, height, sizeBytes: bytes.length, sha256: hashBytes(bytes) };
}
