/** Colors as sRGB triples in [0, 255]: a palette, mixing, and the small differences between two of a kind. */

import type { RandomStream } from "../random_stream.ts";

/** Red, green, blue in [0, 255]. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** Named colors that classes are built from; any two are told apart at a few pixels. */
export const PALETTE = {
  black: [38, 36, 40],
  slate: [88, 98, 112],
  silver: [172, 176, 182],
  white: [240, 238, 232],
  cream: [232, 208, 160],
  chestnut: [134, 66, 34],
  scarlet: [206, 34, 38],
  coral: [238, 118, 94],
  orange: [240, 134, 26],
  yellow: [246, 206, 40],
  lime: [150, 192, 50],
  forest: [38, 108, 58],
  teal: [20, 146, 146],
  azure: [78, 164, 232],
  cobalt: [34, 66, 172],
  violet: [118, 62, 164],
  magenta: [206, 50, 138],
  pink: [244, 172, 194],
} as const satisfies Record<string, Rgb>;

/** All light. */
export const WHITE: Rgb = [255, 255, 255];
/** No light. */
export const BLACK: Rgb = [0, 0, 0];

/** Name of a palette color. */
export type ColorName = keyof typeof PALETTE;

/** All names of the palette. */
export const COLOR_NAMES = Object.keys(PALETTE) as ColorName[];

/** Straight mixture: `share` 0 is `from`, 1 is `to`. */
export function mix(from: Rgb, to: Rgb, share: number): Rgb {
  return [0, 1, 2].map((c) => from[c]! + (to[c]! - from[c]!) * share) as unknown as Rgb;
}

/** Toward white for a positive amount, toward black for a negative one; amount in [-1, 1]. */
export function shade(color: Rgb, amount: number): Rgb {
  return amount >= 0 ? mix(color, WHITE, amount) : mix(color, BLACK, -amount);
}

/** A color of the given hue in degrees, saturation and lightness in [0, 1]. */
export function hsl(hue: number, saturation: number, lightness: number): Rgb {
  const spread = saturation * Math.min(lightness, 1 - lightness);
  const channel = (offset: number) => {
    const k = (((offset + hue / 30) % 12) + 12) % 12;
    return 255 * (lightness - spread * Math.max(-1, Math.min(k - 3, 9 - k, 1)));
  };
  return [channel(0), channel(8), channel(4)];
}

/** A neighbor of the color: each channel moves by a normal amount of the given deviation. */
export function jitter(stream: RandomStream, color: Rgb, deviation: number): Rgb {
  const common = stream.nextNormal() * deviation * 0.7;
  return color.map((value) =>
    clamp(value + common + stream.nextNormal() * deviation * 0.7)
  ) as unknown as Rgb;
}

/** `#rrggbb`. */
export function hex(color: Rgb): string {
  return "#" +
    color.map((value) => Math.round(clamp(value)).toString(16).padStart(2, "0")).join("");
}

/** Squared distance over the channels, for telling classes apart. */
export function colorDistance(a: Rgb, b: Rgb): number {
  return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2;
}

function clamp(value: number): number {
  return Math.min(255, Math.max(0, value));
}
