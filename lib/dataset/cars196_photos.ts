/** Cars196 as small photographs: of the published training photographs the first 22 of each class, cut to the car's box. */

import { join } from "@std/path";
import { InputError } from "../errors.ts";
import { compareText } from "../file/compare_text.ts";
import { readMatlab } from "../file/matlab/read.ts";
import {
  findDevkitFile,
  formatClassFolders,
  readNewerAnnotations,
  takeBox,
  takeClassNames,
} from "./cars196_annotations.ts";
import type { PhotoSubset } from "./definition.ts";
import {
  createOriginalImage,
  type OriginalOptions,
  type PhotoOriginal,
  splitOfClass,
} from "./original.ts";

/** Photographs of a class, by file name. */
const IMAGES_PER_CLASS = 22;
const TRAIN_CLASS_COUNT = 98;

/** What Cars196 is in profile `photos`. */
export const CARS196_PHOTOS: PhotoSubset = {
  title: "Cars-196 crops, 112 px",
  counts: {
    train: { imageCount: 2156, classCount: 98 },
    test: { imageCount: 2156, classCount: 98 },
  },
  archive: "cars_112px.zip",
  read: readCars196Photos,
};

/**
 * Lists the photographs and their boxes, from `cars_train/` and `devkit/` alone: file names differ in the older distribution.
 *
 * A class folder begins with the number of the class, as CUB's do.
 *
 * @throws {InputError} If a file is missing or damaged, or names a class that there is not.
 */
export async function readCars196Photos(
  { folder, remedy }: Omit<OriginalOptions, "trainClassCount">,
  trainClassCount = TRAIN_CLASS_COUNT,
): Promise<PhotoOriginal[]> {
  const namesPath = await requireDevkitFile(folder, "cars_meta.mat", remedy);
  const listPath = await requireDevkitFile(folder, "cars_train_annos.mat", remedy);
  const names = formatClassFolders(
    takeClassNames(await readMatlab(namesPath), namesPath),
    namesPath,
  );
  const annotations = await readNewerAnnotations(folder, listPath, "cars_train");
  return names.flatMap((name, i) => {
    const classNumber = i + 1;
    const members = annotations.filter((image) => image.classNumber === classNumber)
      .toSorted((a, b) => compareText(a.fileName, b.fileName));
    return members.slice(0, IMAGES_PER_CLASS).map((image) =>
      createOriginalImage({
        sourcePath: image.sourcePath,
        classId: `${String(classNumber).padStart(3, "0")}.${name}`,
        split: splitOfClass(classNumber, trainClassCount),
        fileName: image.fileName,
        listedAt: image.listedAt,
        box: takeBox(image),
      })
    );
  });
}

async function requireDevkitFile(folder: string, name: string, remedy: string): Promise<string> {
  const path = await findDevkitFile(folder, name);
  if (path !== undefined) return path;
  throw new InputError(
    `${
      join(folder, "devkit", name)
    }: Cannot make photographs of cars196 as it must exist: it is missing; ${remedy}`,
  );
}
