/**
 * Cars196 as published, in either distribution: `car_ims/` with `cars_annos.mat`, or the newer `cars_train/`,
 * `cars_test/` with `devkit/`. Both are split by class number, not by their own `test` flag or folders.
 *
 * Source: Krause et al., "3D Object Representations for Fine-Grained Categorization", 3dRR-13.
 */

import { join } from "@std/path";
import { InputError } from "../errors.ts";
import { readMatlab } from "../file/matlab/read.ts";
import {
  type Annotation,
  CARS_LANDMARKS,
  findDevkitFile,
  findOlderAnnotations,
  formatClassFolders,
  listOlderAnnotations,
  readNewerAnnotations,
  takeClassNames,
} from "./cars196_annotations.ts";
import { CARS196_PHOTOS } from "./cars196_photos.ts";
import type { DatasetDefinition } from "./definition.ts";
import {
  createOriginalImage,
  type OriginalImage,
  type OriginalOptions,
  splitOfClass,
} from "./original.ts";

/** The dataset. */
export const CARS196: DatasetDefinition<"cars196"> = {
  name: "cars196",
  title: "Cars-196",
  folder: "CARS196",
  isInPlace: false,
  counts: {
    train: { imageCount: 8054, classCount: 98 },
    test: { imageCount: 8131, classCount: 98 },
  },
  published: {
    title: "Cars196",
    files: [
      { name: "cars_train.tgz", md5: "065e5b463ae28d29e77c1b4b166cfe61" },
      { name: "cars_test.tgz", md5: "4ce7ebf6a94d07f1952d94dd34c4d501" },
      { name: "car_devkit.tgz", md5: "c3b158d763b6e2245038c8ad08e45376" },
      { name: "cars_test_annos_withlabels.mat", md5: "b0a2b23655a3edd16d84508592a98d10" },
    ],
    olderFiles: [
      { name: "car_ims.tgz", md5: "d5c8f0aa497503f355e17dc7886c3f14" },
      { name: "cars_annos.mat", md5: "b407c6086d669747186bd1d764ff9dbc" },
    ],
  },
  landmarks: CARS_LANDMARKS,
  recallKs: [1, 2, 4, 8],
  settings: ["full", "partial", "imbalance"],
  read: readCars196,
  photos: CARS196_PHOTOS,
};

const LABELED_TEST = "cars_test_annos_withlabels.mat";

/**
 * Reads the annotations of Cars196, the older distribution if both are there.
 *
 * In the newer one `cars_train/` and `cars_test/` use the same file names, so that `train_` or `test_` goes before them.
 *
 * @throws {InputError} If a file is missing, damaged, or names a class that there is not.
 */
export async function readCars196(options: OriginalOptions): Promise<OriginalImage[]> {
  const older = await findOlderAnnotations(options.folder);
  const { annotations, classNames, namesPath } = older
    ? await readOlder(older)
    : await readNewer(options);
  const folders = formatClassFolders(classNames, namesPath);
  const emptyFolders = new Set(folders);
  const originals = annotations.map(({ classNumber, fields: _fields, ...rest }) => {
    const classId = folders[classNumber - 1];
    if (classId === undefined) {
      throw new InputError(
        `${rest.listedAt}: Cannot accept annotation as its class must be in 1...${folders.length}: ` +
          `it is ${classNumber}`,
      );
    }
    emptyFolders.delete(classId);
    const split = splitOfClass(classNumber, options.trainClassCount);
    return createOriginalImage({ ...rest, classId, split });
  });
  for (const classId of emptyFolders) {
    throw new InputError(
      `${namesPath}: Cannot accept class as an annotation must be of it: ${classId} has none`,
    );
  }
  return originals;
}

interface CarsLists {
  readonly annotations: readonly Annotation[];
  readonly classNames: readonly string[];
  /** File that the class names come from. */
  readonly namesPath: string;
}

async function readOlder(path: string): Promise<CarsLists> {
  const variables = await readMatlab(path);
  const annotations = listOlderAnnotations(variables, path);
  return { annotations, classNames: takeClassNames(variables, path), namesPath: path };
}

async function readNewer({ folder, remedy }: OriginalOptions): Promise<CarsLists> {
  const devkit = (name: string) => findDevkitFile(folder, name);
  const namesPath = await devkit("cars_meta.mat");
  const trainPath = await devkit("cars_train_annos.mat");
  const testPath = await devkit(LABELED_TEST);
  if (!namesPath || !trainPath) {
    const missing = namesPath ? "devkit/cars_train_annos.mat" : "devkit/cars_meta.mat";
    throw new InputError(
      `${join(folder, missing)}: Cannot convert cars196 as it or cars_annos.mat must exist: ` +
        `both are missing; ${remedy}`,
    );
  }
  if (!testPath) {
    throw new InputError(
      `${
        join(folder, LABELED_TEST)
      }: Cannot convert cars196 as the classes of cars_test must be known: ` +
        `the file is missing, and devkit/cars_test_annos.mat has none; ${remedy}`,
    );
  }
  const halves = [
    ...prefixNames("train_", await readNewerAnnotations(folder, trainPath, "cars_train")),
    ...prefixNames("test_", await readNewerAnnotations(folder, testPath, "cars_test")),
  ];
  const classNames = takeClassNames(await readMatlab(namesPath), namesPath);
  return { annotations: halves, classNames, namesPath };
}

function prefixNames(prefix: string, annotations: readonly Annotation[]): Annotation[] {
  return annotations.map((image) => ({ ...image, fileName: prefix + image.fileName }));
}
