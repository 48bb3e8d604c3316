/**
 * From an image file to its pixels, equal to Pillow's `Image.open(path).convert("RGB")`.
 *
 * Gray and palette become RGB, alpha is dropped and not blended, CMYK is converted without a color profile, embedded
 * profiles and EXIF orientation are ignored. Measured byte for byte on gray, palette, alpha, CMYK, 16-bit RGB, GIF, WebP
 * and progressive files. One difference: 16-bit gray keeps its high byte, where Pillow clips every level above 255 to white.
 */

import { InputError } from "../../errors.ts";
import { checkIsFile, explainReadError } from "../read_file.ts";
import { IMAGE_FORMATS, recognizeFormat } from "./image_format.ts";
import { decodeJpeg, type ImagePart } from "./jpeg_decoder.ts";
import { readJpegHeader } from "./jpeg_size.ts";
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

/** Most pixels that are decoded: 300 MB as RGB. Far above photographs, and far below what a small file may claim. */
export const MAX_PIXEL_COUNT = 100_000_000;
/** Largest file that is read. */
export const MAX_FILE_BYTES = 2 ** 29;

const ACTION = "decode image";

/**
 * Decodes a whole image.
 *
 * @returns [H, W, 3] in the order of the file.
 * @throws {InputError} That names the file, if it cannot be read, is no image, is truncated or too large.
 */
export async function decodeImage(path: string): Promise<PixelArray> {
  return await decodeImageBytes(await readImageBytes(path), path);
}

/**
 * Reads an image file without decoding it.
 *
 * @throws {InputError} That names the file, if it is no regular file, cannot be read, is empty or has more than
 * {@linkcode MAX_FILE_BYTES}.
 */
export async function readImageBytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const info = await Deno.stat(path);
    checkIsFile(info, path, ACTION);
    if (info.size > 0 && info.size <= MAX_FILE_BYTES) return await Deno.readFile(path);
    const rule = info.size === 0
      ? "the file must not be empty"
      : `the file must have at most ${MAX_FILE_BYTES} bytes`;
    throw new InputError(`${path}: Cannot ${ACTION} as ${rule}: it has ${info.size} bytes`);
  } catch (error) {
    throw explainReadError(error, path, ACTION);
  }
}

/**
 * Decodes the bytes of an image file.
 *
 * @param path Where they came from; only used in errors.
 * @returns [H, W, 3] in the order of the file.
 * @throws {InputError} That names the file, if it is no image, is truncated, or claims more than
 * {@linkcode MAX_PIXEL_COUNT} pixels: those are not decoded.
 */
export async function decodeImageBytes(bytes: Uint8Array, path: string): Promise<PixelArray> {
  return await (await openImageBytes(bytes, path)).decode();
}

/** An image whose size is known, and whose pixels are not decoded yet. */
export interface OpenedImage {
  /** W. */
  readonly width: number;
  /** H. */
  readonly height: number;
  /**
   * Decodes it, or a part: the same pixels as the part has in the whole. A decoder of rows stops after the last one of the part, so
   * that what is damaged below it is not found.
   *
   * @throws {InputError} That names the file, if it is truncated or damaged.
   */
  decode(part?: ImagePart): Promise<PixelArray>;
}

/**
 * Reads the header of an image file.
 *
 * @param path Where the bytes came from; only used in errors.
 * @throws {InputError} That names the file, if it is no image, its header is damaged, or it claims more than
 * {@linkcode MAX_PIXEL_COUNT} pixels.
 */
export async function openImageBytes(bytes: Uint8Array, path: string): Promise<OpenedImage> {
  checkFormat(bytes, path);
  const sharp = await loadSharp();
  const open = () => sharp(bytes, { failOn: "error", ignoreIcc: true, limitInputPixels: false });
  const header = readJpegHeader(bytes);
  const { width, height, isCmyk } = await explain(path, async () => {
    if (header) return { ...header, isCmyk: false };
    const { width, height, space } = await open().metadata();
    return { width, height, isCmyk: space === "cmyk" };
  });
  checkPixelCount(width, height, path);
  const decodeBySharp = async (part: ImagePart) => {
    const isWhole = part.width === width && part.height === height;
    const image = isWhole ? open() : open().extract(part);
    if (!isCmyk) return await image.toColourspace("srgb").removeAlpha().raw().toBuffer();
    return convertCmyk(
      await image.pipelineColourspace("cmyk").toColourspace("cmyk").raw().toBuffer(),
    );
  };
  const decode = async (part = { left: 0, top: 0, width, height }): Promise<PixelArray> => {
    const bySharp = () => decodeBySharp(part);
    const pixels = await (header ? decodeJpeg(bytes, header, part, bySharp) : bySharp());
    const count = pixels.length / 3;
    if (count !== part.width * part.height) {
      throw new Error(
        `its header tells of ${part.width} x ${part.height} pixels, and it has ${count}`,
      );
    }
    return { pixels, width: part.width, height: part.height };
  };
  return { width, height, decode: (part) => explain(path, () => decode(part)) };
}

/** What the decoder finds wrong, in one line that names the file. */
async function explain<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw new InputError(`${path}: ${FORMAT_RULE}: ${formatReason(error)}`);
  }
}

const FORMAT_RULE = `Cannot ${ACTION} as it must be a whole ` +
  `${IMAGE_FORMATS.slice(0, -1).join(", ")} or ${IMAGE_FORMATS.at(-1)} file`;

/** Nothing but the formats that are meant reaches a decoder. */
function checkFormat(bytes: Uint8Array, path: string): void {
  const format = recognizeFormat(bytes);
  if (IMAGE_FORMATS.some((known) => known === format)) return;
  throw new InputError(`${path}: ${FORMAT_RULE}: it is ${format ?? "of no format that is known"}`);
}

function checkPixelCount(width: number, height: number, path: string): void {
  if (width * height <= MAX_PIXEL_COUNT) return;
  throw new InputError(
    `${path}: Cannot ${ACTION} as it must have at most ${MAX_PIXEL_COUNT} pixels: ` +
      `it has ${width} x ${height}; make it smaller`,
  );
}

/**
 * The lines of a message as one, each of them once.
 *
 * The decoder keeps the reasons of all its threads in one place: beside others it may have lost this one's.
 */
function formatReason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const lines = message.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  const reason = [...new Set(lines)].join("; ");
  return reason === "" || reason === "Unknown error" ? "it is damaged or cut short" : reason;
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
