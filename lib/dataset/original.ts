/** The images of a dataset as its publisher lists them, before conversion. */

import { doesExist } from "../file/does_exist.ts";
import { join } from "@std/path";
import { InputError } from "../errors.ts";
import { quoteText, showName } from "../file/quote_text.ts";
import type { PixelBox } from "../file/image/shrink_photo.ts";
import type { Split } from "./record.ts";

/** One listed image. */
export interface OriginalImage {
  /** File to read. */
  readonly sourcePath: string;
  /** Path below the dataset's folder after conversion, with `/`. */
  readonly imagePath: string;
  /** Class folder after conversion. */
  readonly classId: string;
  /** Where the image is used. */
  readonly split: Split;
  /** Where it is listed, as `path:line`; the start of errors about it. */
  readonly listedAt: string;
}

/** A published photograph that a small one is made of. */
export interface PhotoOriginal extends OriginalImage {
  /** What is cut out; the whole photograph where left out. */
  readonly box?: PixelBox;
}

/** Where to read a dataset's published files. */
export interface OriginalOptions {
  /** Folder that they are in, some archives' own folder between. */
  readonly folder: string;
  /** Classes 1...trainClassCount train, for the datasets that are split by class number. */
  readonly trainClassCount: number;
  /** Ending of errors about missing files: how to get them. */
  readonly remedy: string;
}

/** The listed image of a dataset that goes into class folders. */
export function createOriginalImage<Image extends Omit<OriginalImage, "imagePath">>(
  image: Image & { readonly fileName: string },
): Omit<Image, "fileName"> & OriginalImage {
  const { fileName, ...rest } = image;
  return { ...rest, imagePath: `class/${image.split}/${image.classId}/${fileName}` };
}

/** The split of a class by its number: 1...trainClassCount train, the others test. */
export function splitOfClass(classNumber: number, trainClassCount: number): "train" | "test" {
  return classNumber <= trainClassCount ? "train" : "test";
}

/** The last part of a path with `/`. */
export function fileNameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/**
 * Refuses a listed path that would leave the folder it is below.
 *
 * @param at `path:line` of the row.
 * @throws {InputError} If it is absolute or has an empty, `.` or `..` part.
 */
export function checkListedPath(path: string, at: string): void {
  const isBelow = path.split("/").every((part) => part !== "" && part !== "." && part !== "..");
  if (isBelow && !path.includes("\\")) return;
  throw new InputError(
    `${at}: Cannot accept row as its path must be below the dataset's folder: ` +
      `it is ${quoteText(path)}`,
  );
}

/**
 * The first of some paths below a folder that exists, or `undefined`: archives come unpacked in more than one way.
 *
 * @param candidates Relative paths with `/`; "" is the folder itself.
 */
export async function findFirst(
  folder: string,
  candidates: readonly string[],
): Promise<string | undefined> {
  for (const candidate of candidates) {
    const path = join(folder, candidate);
    if (await doesExist(path)) return path;
  }
  return undefined;
}

/**
 * Checks what holds for every dataset: an image is listed once, and no class both trains and is evaluated.
 *
 * @param listedAt `path:line` of an image, by its index.
 * @throws {InputError} With `path:line` of the row that breaks a rule.
 */
export function checkListed(
  images: readonly Pick<OriginalImage, "imagePath" | "classId" | "split">[],
  listedAt: (index: number) => string,
): void {
  const indexOf = new Map<string, number>();
  const trainClasses = new Set<string>();
  for (const [i, { imagePath, split, classId }] of images.entries()) {
    const twin = indexOf.get(imagePath);
    if (twin !== undefined) {
      throw new InputError(
        `${listedAt(i)}: Cannot accept row as ${showName(imagePath)} must be listed once: ` +
          `it is at ${listedAt(twin)} too`,
      );
    }
    indexOf.set(imagePath, i);
    if (split === "train") trainClasses.add(classId);
  }
  const both = images.findIndex(({ split, classId }) =>
    split !== "train" && trainClasses.has(classId)
  );
  if (both < 0) return;
  const { classId, split } = images[both]!;
  throw new InputError(
    `${listedAt(both)}: Cannot accept row as a class must be in training or in evaluation: ` +
      `${showName(classId)} is in train and ${split}`,
  );
}

/** {@linkcode checkListed} for images of published lists. */
export function checkOriginals(originals: readonly OriginalImage[]): void {
  checkListed(originals, (i) => originals[i]!.listedAt);
}
