/**
 * From an image file to its pixels, equal to Pillow's `Image.open(path).convert("RGB")`.
 *
 * Gray and palette become RGB, alpha is dropped and not blended, CMYK is converted without a color profile, embedded
 * profiles and EXIF orientation are ignored. Measured byte for byte on gray, palette, alpha, CMYK, 16-bit RGB, GIF, WebP
 * and progressive files. One difference: 16-bit gray keeps its high byte, where Pillow clips every level above 255 to white.
 */

import { InputError } from "../../errors.ts";
import { loadSharp } from "./load_sharp.ts";

/** Pixels of an image: [H, W, 3], red, green, blue. */
export interface PixelArray {
  /** Levels, 3 H W of them. */
  readonly pixels: Uint8Array;
  /** W. */
  readonly width: number;
  /** H. */
  readonly height: number;
}

/** What can be decoded, in sharp's names; others, such as SVG, are no photographs. */
const FORMATS: ReadonlySet<string> = new Set(["jpeg", "png", "webp", "gif", "tiff"]);

/**
 * Decodes a whole image.
 *
 * @returns [H, W, 3] in the order of the file.
 * @throws {InputError} That names the file, if it cannot be read, is no image, or is truncated.
 */
export async function decodeImage(path: string): Promise<PixelArray> {
  const bytes = await readImageBytes(path);
  const sharp = await loadSharp();
  try {
    const image = sharp(bytes, { failOn: "error", ignoreIcc: true });
    const { format, space } = await image.metadata();
    if (!FORMATS.has(format)) throw new Error(`its format is ${format}`);
    const isCmyk = space === "cmyk";
    const decoder = isCmyk
      ? image.pipelineColourspace("cmyk").toColourspace("cmyk")
      : image.toColourspace("srgb").removeAlpha();
    const { data, info } = await decoder.raw().toBuffer({ resolveWithObject: true });
    const { width, height } = info;
    return { pixels: isCmyk ? convertCmyk(data) : data, width, height };
  } catch (error) {
    throw new InputError(
      `${path}: Cannot decode image as it must be a whole JPEG, PNG, WebP, GIF or TIFF file: ` +
        formatReason(error),
    );
  }
}

/** The lines of a message as one, each of them once. */
function formatReason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const lines = message.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  return [...new Set(lines)].join("; ");
}

async function readImageBytes(path: string): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    bytes = await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      throw new InputError(`${path}: Cannot decode image as the file must exist: it does not`);
    }
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError(`${path}: Cannot decode image as the file must be readable: ${reason}`);
  }
  if (bytes.length > 0) return bytes;
  throw new InputError(
    `${path}: Cannot decode image as the file must not be empty: it has 0 bytes`,
  );
}

/** Pillow's conversion, in its integers: red = (255 - key) - cyan · (255 - key) / 255. */
function convertCmyk(inks: Uint8Array): Uint8Array {
  const pixels = new Uint8Array(inks.length / 4 * 3);
  for (let from = 0, to = 0; from < inks.length; from += 4) {
    const light = 255 - inks[from + 3]!;
    for (let ink = 0; ink < 3; ink++) {
      const product = inks[from + ink]! * light + 128;
      pixels[to++] = Math.max(0, light - (((product >> 8) + product) >> 8));
    }
  }
  return pixels;
}
