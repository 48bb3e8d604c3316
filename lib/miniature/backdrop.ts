/** What is behind a subject: two grounds that meet at a horizon, each mottled by layers of smooth noise. */

import type { RandomStream } from "../random_stream.ts";
import { between, happens, type Range } from "./choices.ts";
import { hsl, type Rgb, shade } from "./color.ts";

/** A backdrop, before it is painted. */
export interface Backdrop {
  readonly top: Rgb;
  readonly bottom: Rgb;
  /** Height of the horizon as a share of the picture's. */
  readonly horizon: number;
  /** Width of the transition, as a share of the picture's height. */
  readonly softness: number;
  /** Deviation of the noise, in channel values. */
  readonly mottle: number;
  /** Width of noise cells over their height: above 1 water-like, below 1 grass-like. */
  readonly aspect: number;
}

/** A backdrop of any two colors within the range of saturation. */
export function drawBackdrop(stream: RandomStream, saturation: Range, mottle: number): Backdrop {
  const hue = stream.nextFloat() * 360;
  const nextHue = happens(stream, 0.5)
    ? hue + between(stream, [-50, 50])
    : stream.nextFloat() * 360;
  const top = hsl(hue, between(stream, saturation), between(stream, [0.25, 0.85]));
  return {
    top,
    bottom: happens(stream, 0.3)
      ? shade(top, between(stream, [-0.35, 0.25]))
      : hsl(nextHue, between(stream, saturation), between(stream, [0.2, 0.75])),
    horizon: between(stream, [0.3, 0.85]),
    softness: happens(stream, 0.5) ? between(stream, [0.02, 0.08]) : between(stream, [0.3, 1.2]),
    mottle: mottle * between(stream, [0.3, 1.2]),
    aspect: 2 ** between(stream, [-1.5, 1.5]),
  };
}

/** Paints a backdrop: width · height pixels of three channels, not yet clipped to [0, 255]. */
export function paintBackdrop(
  backdrop: Backdrop,
  width: number,
  height: number,
  stream: RandomStream,
): Float32Array {
  const pixels = new Float32Array(width * height * 3);
  paintGrounds(pixels, backdrop, width, height);
  for (const [cellCount, weight] of [[3, 0.8], [11, 0.7], [38, 0.55]] as const) {
    const columns = Math.max(1, Math.round(cellCount / Math.sqrt(backdrop.aspect)));
    const rows = Math.max(1, Math.round(cellCount * Math.sqrt(backdrop.aspect)));
    const amount = backdrop.mottle * weight;
    // Coarse layers change the color, fine ones only the brightness.
    const tint = [0, 1, 2].map(() =>
      1 + (cellCount < 20 ? 0.6 : 0.1) * stream.nextNormal()
    ) as unknown as Rgb;
    addNoise(pixels, width, height, drawNoise(columns, rows, amount, stream), tint);
  }
  return pixels;
}

interface NoiseGrid {
  readonly columns: number;
  readonly rows: number;
  /** (columns + 1) · (rows + 1) values at the corners of the cells. */
  readonly values: Float32Array;
}

function drawNoise(columns: number, rows: number, amount: number, stream: RandomStream): NoiseGrid {
  const values = Float32Array.from(
    { length: (columns + 1) * (rows + 1) },
    () => (stream.nextFloat() * 2 - 1) * 1.7 * amount,
  );
  return { columns, rows, values };
}

function paintGrounds(
  pixels: Float32Array,
  backdrop: Backdrop,
  width: number,
  height: number,
): void {
  const { top, bottom, horizon, softness } = backdrop;
  for (let y = 0; y < height; y++) {
    const t = smooth(((y + 0.5) / height - horizon) / softness + 0.5);
    const depth = 1 + 0.12 * (t < 0.5 ? (y / height - horizon) : (1 - y / height));
    for (let c = 0; c < 3; c++) {
      const value = (top[c]! + (bottom[c]! - top[c]!) * t) * depth;
      for (let at = y * width * 3 + c, end = (y + 1) * width * 3; at < end; at += 3) {
        pixels[at] = value;
      }
    }
  }
}

/** Adds the grid's noise, interpolated smoothly, times `tint` to each pixel. */
function addNoise(
  pixels: Float32Array,
  width: number,
  height: number,
  grid: NoiseGrid,
  tint: Rgb,
): void {
  const [red, green, blue] = tint;
  const stride = grid.columns + 1;
  const columnOf = new Int32Array(width);
  const shareOf = new Float32Array(width);
  for (let x = 0; x < width; x++) {
    const at = x / width * grid.columns;
    columnOf[x] = Math.floor(at);
    shareOf[x] = smooth(at - Math.floor(at));
  }
  for (let y = 0, at = 0; y < height; y++) {
    const row = y / height * grid.rows;
    const first = Math.floor(row) * stride;
    const down = smooth(row - Math.floor(row));
    for (let x = 0; x < width; x++, at += 3) {
      const corner = first + columnOf[x]!;
      const share = shareOf[x]!;
      const upper = grid.values[corner]! * (1 - share) + grid.values[corner + 1]! * share;
      const lower = grid.values[corner + stride]! * (1 - share) +
        grid.values[corner + stride + 1]! * share;
      const noise = upper + (lower - upper) * down;
      pixels[at] = pixels[at]! + noise * red;
      pixels[at + 1] = pixels[at + 1]! + noise * green;
      pixels[at + 2] = pixels[at + 2]! + noise * blue;
    }
  }
}

/** 3t² - 2t³ on [0, 1], constant outside. */
function smooth(t: number): number {
  const x = t < 0 ? 0 : t > 1 ? 1 : t;
  return x * x * (3 - 2 * x);
}
