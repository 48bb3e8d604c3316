/** A decoder of JPEG files besides sharp, which makes a graph of operations for each file: that takes longer than the pixels do. */

import type { JpegHeader } from "./jpeg_size.ts";

/** Part of an image, in pixels of the image. */
export interface ImagePart {
  /** First column. */
  readonly left: number;
  /** First row. */
  readonly top: number;
  /** Columns. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
}

/**
 * Decodes a part of a JPEG file; what is damaged below it may not be found.
 *
 * @param bytes Not read any more once the promise is there.
 * @param imageWidth W.
 * @returns [height, width, 3]: red, green, blue.
 * @throws {Error} If the file is refused.
 */
export type JpegDecoder = (
  bytes: Uint8Array,
  imageWidth: number,
  part: ImagePart,
) => Promise<Uint8Array<ArrayBuffer>>;

const MARKER = 0xff, END = 0xd9;

let decoder: JpegDecoder | null = null;
/** Whether the decoder gave sharp's pixels, by coding. */
const answers = new Map<string, boolean>();

/** Registers a decoder; `null` leaves every file to sharp. */
export function registerJpegDecoder(newDecoder: JpegDecoder | null): void {
  decoder = newDecoder;
  answers.clear();
}

/**
 * Decodes a part of a JPEG file with the registered decoder, or else with sharp. The first file of each coding is decoded by both: the
 * decoder is used for no coding of which it gave other pixels. Sharp decides about a file that is refused or has no end.
 *
 * @param decodeBySharp The same part.
 */
export async function decodeJpeg(
  bytes: Uint8Array,
  { width, coding }: JpegHeader,
  part: ImagePart,
  decodeBySharp: () => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const answer = answers.get(coding);
  if (decoder === null || answer === false || !endsWhole(bytes)) return await decodeBySharp();
  const decoding = decoder(bytes, width, part).catch(() => null);
  const pixels = answer ? await decoding : null;
  if (pixels) return pixels;
  const expected = await decodeBySharp();
  if (!answers.has(coding)) answers.set(coding, areEqual(await decoding, expected));
  return expected;
}

function endsWhole(bytes: Uint8Array): boolean {
  return bytes.at(-2) === MARKER && bytes.at(-1) === END;
}

function areEqual(pixels: Uint8Array | null, expected: Uint8Array): boolean {
  return pixels?.length === expected.length && pixels.every((level, i) => level === expected[i]);
}
