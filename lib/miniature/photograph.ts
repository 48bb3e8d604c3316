/** From a scene to the bytes of a photograph: backdrop, subject, light, camera, file. */

import type { Sharp } from "sharp";
import { loadSharp } from "../file/image/load_sharp.ts";
import type { RandomStream } from "../random_stream.ts";
import { type Backdrop, paintBackdrop } from "./backdrop.ts";
import { between, happens } from "./choices.ts";
import type { Nuisance } from "./tuning.ts";

/** A picture before it is taken. */
export interface Scene {
  readonly width: number;
  readonly height: number;
  readonly backdrop: Backdrop;
  /** Whole SVG document of `width` x `height`: everything in front of the backdrop. */
  readonly svg: string;
}

/** What a file holds, whatever its name says: most are `rgb`; originals have a few of the others. */
export type FileKind = "rgb" | "gray" | "cmyk" | "alpha";

/**
 * Takes a photograph of a scene.
 *
 * @returns A JPEG file, or a PNG file with an alpha channel for `alpha`. The same stream gives the same bytes.
 */
export async function takePhotograph(
  scene: Scene,
  kind: FileKind,
  nuisance: Nuisance,
  stream: RandomStream,
): Promise<Uint8Array<ArrayBuffer>> {
  const sharp = await loadSharp();
  const { width, height } = scene;
  const pixels = paintBackdrop(scene.backdrop, width, height, stream);
  const camera = drawCamera(nuisance, stream);
  const layer = await sharp(new TextEncoder().encode(scene.svg)).ensureAlpha().raw().toBuffer();
  coverWith(pixels, layer);
  const exposed = expose(pixels, width, height, camera);
  let image = sharp(exposed, { raw: { width, height, channels: 3 } });
  if (camera.blur > 0) image = image.blur(camera.blur);
  return new Uint8Array(await encode(image, kind, camera.quality));
}

interface Camera {
  /** Factor of each channel: exposure times white balance. */
  readonly gain: readonly number[];
  /** Change of brightness over the picture, along x and y, relative to the mean. */
  readonly slope: readonly [number, number];
  readonly vignette: number;
  /** Exponent of the tone curve. */
  readonly gamma: number;
  /** Share by which the picture is washed out. */
  readonly haze: number;
  readonly grain: number;
  readonly grainSeed: number;
  readonly blur: number;
  readonly quality: number;
}

function drawCamera(nuisance: Nuisance, stream: RandomStream): Camera {
  const exposure = 2 ** (nuisance.exposureStops * stream.nextNormal());
  const angle = stream.nextFloat() * 2 * Math.PI;
  const fall = nuisance.lightFall * stream.nextFloat();
  return {
    gain: [0, 1, 2].map(() => exposure * 2 ** (nuisance.colorCast * stream.nextNormal())),
    slope: [Math.cos(angle) * fall, Math.sin(angle) * fall],
    vignette: between(stream, [0, 0.35]),
    gamma: between(stream, [0.8, 1.25]),
    haze: happens(stream, 0.3) ? between(stream, [0.05, 0.25]) : 0,
    grain: nuisance.grain * between(stream, [0.3, 1.5]),
    grainSeed: stream.nextUint32() | 1,
    blur: happens(stream, nuisance.blurChance) ? between(stream, [0.6, 1.8]) : 0,
    quality: 80 + stream.nextInteger(11),
  };
}

/** Puts the layer (four channels, alpha not premultiplied) over the pixels (three channels). */
function coverWith(pixels: Float32Array, layer: Uint8Array): void {
  for (let at = 0, from = 0; at < pixels.length; at += 3, from += 4) {
    const alpha = layer[from + 3]! / 255;
    if (alpha === 0) continue;
    for (let c = 0; c < 3; c++) {
      pixels[at + c] = pixels[at + c]! * (1 - alpha) + layer[from + c]! * alpha;
    }
  }
}

function expose(pixels: Float32Array, width: number, height: number, camera: Camera): Uint8Array {
  const exposed = new Uint8Array(pixels.length);
  const curve = toneCurve(camera);
  const [red, green, blue] = camera.gain as [number, number, number];
  let noise = camera.grainSeed;
  for (let y = 0, at = 0; y < height; y++) {
    const v = y / height * 2 - 1;
    for (let x = 0; x < width; x++, at += 3) {
      const u = x / width * 2 - 1;
      const light = 1 + camera.slope[0] * u + camera.slope[1] * v -
        camera.vignette * (u * u + v * v) / 2;
      noise ^= noise << 13; // xorshift32: enough for grain, and quick
      noise ^= noise >>> 17;
      noise ^= noise << 5;
      const grain = camera.grain * ((noise & 0xff) + ((noise >>> 8) & 0xff) - 255) / 104;
      exposed[at] = curve[toneIndex(pixels[at]! * red * light + grain)]!;
      exposed[at + 1] = curve[toneIndex(pixels[at + 1]! * green * light + grain)]!;
      exposed[at + 2] = curve[toneIndex(pixels[at + 2]! * blue * light + grain)]!;
    }
  }
  return exposed;
}

const TONE_COUNT = 512; // above 255 a pixel is burnt out

function toneIndex(value: number): number {
  return value < 0 ? 0 : value > TONE_COUNT - 1 ? TONE_COUNT - 1 : value | 0;
}

function toneCurve(camera: Camera): Uint8Array {
  return Uint8Array.from({ length: TONE_COUNT }, (_, tone) => {
    const bent = 255 * (Math.min(tone, 255) / 255) ** camera.gamma;
    return Math.round(bent * (1 - camera.haze) + 200 * camera.haze);
  });
}

function encode(image: Sharp, kind: FileKind, quality: number): Promise<Uint8Array> {
  switch (kind) {
    case "rgb":
      return image.jpeg({ quality }).toBuffer();
    case "gray":
      return image.toColourspace("b-w").jpeg({ quality }).toBuffer();
    case "cmyk":
      return image.toColourspace("cmyk").jpeg({ quality }).toBuffer();
    case "alpha":
      return image.ensureAlpha(0.98).png({ compressionLevel: 6 }).toBuffer();
  }
}
