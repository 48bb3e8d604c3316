/** What the header of a JPEG image's frame tells: a decoder that is asked for it starts anew for the pixels. */

import type { JpegSize } from "./walk_jpeg.ts";

const START = 0xd8;
/** Huffman and arithmetic tables, and a place for extensions, have numbers among those of frames. */
const NO_FRAMES: ReadonlySet<number> = new Set([0xc4, 0xc8, 0xcc]);
/** Colors of gray images and of those with three: ink has four. */
const COLOR_COUNTS: ReadonlySet<number> = new Set([1, 3]);

/** The size of an image, and how its pixels are coded. */
export interface JpegHeader extends JpegSize {
  /** The frame's marker and how each color is sampled: the same for images that a decoder takes the same way. */
  readonly coding: string;
}

/**
 * Reads the header of a gray image or one of three colors. Nothing else of the file is checked. Source: ITU-T T.81, B.2.2.
 *
 * @returns `null` for anything else: the decoder must tell.
 */
export function readJpegHeader(bytes: Uint8Array): JpegHeader | null {
  if (bytes[0] !== 0xff || bytes[1] !== START) return null;
  for (let at = 2; bytes[at] === 0xff;) {
    while (bytes[at] === 0xff) at++;
    const marker = bytes[at++]!;
    const isAlone = marker < 0xc0 || (marker >= 0xd0 && marker < 0xda); // has no length
    if (isAlone || at + 8 > bytes.length) return null;
    if (marker <= 0xcf && !NO_FRAMES.has(marker)) {
      return parseHeader(marker, bytes.subarray(at + 2));
    }
    at += bytes[at]! << 8 | bytes[at + 1]!;
  }
  return null;
}

function parseHeader(marker: number, frame: Uint8Array): JpegHeader | null {
  const [precision, h1, h2, w1, w2, count] = frame;
  const [width, height] = [w1! << 8 | w2!, h1! << 8 | h2!];
  if (precision !== 8 || !COLOR_COUNTS.has(count!) || width === 0 || height === 0) return null;
  const samplings = Array.from({ length: count! }, (_, i) => frame[7 + 3 * i]);
  return { width, height, coding: [marker, ...samplings].join(" ") };
}
