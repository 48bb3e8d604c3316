/**
 * Cars196 as published, in either distribution: `car_ims/` with `cars_annos.mat`, or the newer `cars_train/`,
 * `cars_test/` with `devkit/`. Both are split by class number, not by their own `test` flag or folders.
 *
 * Source: Krause et al., "3D Object Representations for Fine-Grained Categorization", 3dRR-13.
 */

import { join } from "@std/path";
import { InputError } from "../errors.ts";
import { readMatlab } from "../file/matlab/read.ts";
import type { MatlabArray, MatlabRecord } from "../file/matlab/value.ts";
import type { DatasetDefinition } from "./definition.ts";
import {
  checkListedPath,
  createOriginalImage,
  fileNameOf,
  findFirst,
  type OriginalImage,
  type OriginalOptions,
  splitOfClass,
} from "./original.ts";

/** Folders that archives and mirrors put between the original folder and the files. */
const NESTED = ["", "stanford_cars/", "Stanford_Cars/", "stanford-cars/", "cars196/"];
const below = (...paths: string[]) => NESTED.flatMap((nested) => paths.map((p) => nested + p));
const atDevkit = (name: string) => below(`devkit/${name}`, `car_devkit/devkit/${name}`, name);

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
  landmarks: [...below("cars_annos.mat"), ...atDevkit("cars_meta.mat")],
  recallKs: [1, 2, 4, 8],
  settings: ["full", "partial", "imbalance"],
  read: readCars196,
};

const LABELED_TEST = "cars_test_annos_withlabels.mat";

/** One annotated image, of either distribution. */
interface Annotation {
  readonly sourcePath: string;
  readonly fileName: string;
  /** 1-based, into the class names. */
  readonly classNumber: number;
  readonly listedAt: string;
}

/**
 * Reads the annotations of Cars196, the older distribution if both are there.
 *
 * In the newer one `cars_train/` and `cars_test/` use the same file names, so that `train_` or `test_` goes before them.
 *
 * @throws {InputError} If a file is missing, damaged, or names a class that there is not.
 */
export async function readCars196(options: OriginalOptions): Promise<OriginalImage[]> {
  const older = await findFirst(options.folder, below("cars_annos.mat"));
  const { annotations, classNames, namesPath } = older
    ? await readOlder(older)
    : await readNewer(options);
  const folders = formatClassFolders(classNames, namesPath);
  const emptyFolders = new Set(folders);
  const originals = annotations.map(({ classNumber, ...rest }) => {
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
  const folder = path.slice(0, -"cars_annos.mat".length);
  const variables = await readMatlab(path);
  const annotations = takeAnnotations(variables, path).map((annotation, i) => {
    const listedAt = `${path}:${i + 1}`; // position among the annotations
    const imagePath = takeText(annotation, "relative_im_path", listedAt);
    checkListedPath(imagePath, listedAt);
    return {
      sourcePath: join(folder, imagePath),
      fileName: fileNameOf(imagePath),
      classNumber: takeNumber(annotation, "class", listedAt),
      listedAt,
    };
  });
  return { annotations, classNames: takeClassNames(variables, path), namesPath: path };
}

async function readNewer({ folder, remedy }: OriginalOptions): Promise<CarsLists> {
  const devkit = (name: string) => findFirst(folder, atDevkit(name));
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
  const imageFolder = async (name: string) =>
    await findFirst(folder, below(`${name}/${name}`, name)) ?? join(folder, name);
  const annotations = [
    ...await readNewerAnnotations(trainPath, await imageFolder("cars_train"), "train_"),
    ...await readNewerAnnotations(testPath, await imageFolder("cars_test"), "test_"),
  ];
  const classNames = takeClassNames(await readMatlab(namesPath), namesPath);
  return { annotations, classNames, namesPath };
}

async function readNewerAnnotations(
  path: string,
  imageFolder: string,
  prefix: string,
): Promise<Annotation[]> {
  return takeAnnotations(await readMatlab(path), path).map((annotation, i) => {
    const listedAt = `${path}:${i + 1}`; // position among the annotations
    const fileName = takeText(annotation, "fname", listedAt);
    checkListedPath(fileName, listedAt);
    return {
      sourcePath: join(imageFolder, fileName),
      fileName: prefix + fileName,
      classNumber: takeNumber(annotation, "class", listedAt),
      listedAt,
    };
  });
}

/** Class names as folders: spaces become `_`, slashes go. */
function formatClassFolders(classNames: readonly string[], path: string): string[] {
  const folders = classNames.map((name) => name.trim().replaceAll(" ", "_").replaceAll("/", ""));
  folders.forEach((folder, i) => {
    const first = folders.indexOf(folder);
    if (folder !== "" && folder !== "." && folder !== ".." && first === i) return;
    throw new InputError(
      `${path}: Cannot accept class_names as each must give a folder of its own: ` +
        `number ${i + 1} is ${JSON.stringify(classNames[i])}`,
    );
  });
  return folders;
}

function takeAnnotations(
  variables: ReadonlyMap<string, MatlabArray>,
  path: string,
): readonly MatlabRecord[] {
  const annotations = variables.get("annotations");
  if (annotations?.kind === "struct") return annotations.elements;
  throw new InputError(
    `${path}: Cannot read annotations as variable annotations must be a struct array: ` +
      `${describe(annotations)}`,
  );
}

function takeClassNames(variables: ReadonlyMap<string, MatlabArray>, path: string): string[] {
  const names = variables.get("class_names");
  if (names?.kind !== "cell") {
    throw new InputError(
      `${path}: Cannot read class names as variable class_names must be a cell array: ` +
        `${describe(names)}`,
    );
  }
  return names.cells.map((cell, i) => {
    if (cell.kind === "char") return cell.text;
    throw new InputError(
      `${path}: Cannot read class names as each must be text: number ${i + 1} is ${cell.kind}`,
    );
  });
}

function takeText(annotation: MatlabRecord, field: string, at: string): string {
  const value = annotation[field];
  if (value?.kind === "char") return value.text;
  throw new InputError(
    `${at}: Cannot accept annotation as field ${field} must be text: ${describe(value)}`,
  );
}

function takeNumber(annotation: MatlabRecord, field: string, at: string): number {
  const value = annotation[field];
  if (value?.kind === "numeric" && value.data.length === 1) return value.data[0]!;
  throw new InputError(
    `${at}: Cannot accept annotation as field ${field} must be one number: ${describe(value)}`,
  );
}

function describe(value: MatlabArray | undefined): string {
  if (!value) return "it is missing";
  return value.kind === "numeric"
    ? `it is ${value.shape.join(" x ")} ${value.type}`
    : `it is ${value.kind}`;
}
