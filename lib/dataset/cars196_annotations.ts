/** The MATLAB files of Cars196: class names, and the class, box and file of every image. */

import { join } from "@std/path";
import { InputError } from "../errors.ts";
import type { PixelBox } from "../file/image/shrink_photo.ts";
import { readMatlab } from "../file/matlab/read.ts";
import type { MatlabArray, MatlabRecord } from "../file/matlab/value.ts";
import { checkListedPath, fileNameOf, findFirst } from "./original.ts";

/** Folders that archives and mirrors put between the original folder and the files. */
const NESTED = ["", "stanford_cars/", "Stanford_Cars/", "stanford-cars/", "cars196/"];
const below = (...paths: string[]) => NESTED.flatMap((nested) => paths.map((p) => nested + p));
const atDevkit = (name: string) => below(`devkit/${name}`, `car_devkit/devkit/${name}`, name);

/** Files that tell that Cars196 is here, in either distribution. */
export const CARS_LANDMARKS: readonly string[] = [
  ...below("cars_annos.mat"),
  ...atDevkit("cars_meta.mat"),
];

/** One annotated image, of either distribution. */
export interface Annotation {
  readonly sourcePath: string;
  /** As published. */
  readonly fileName: string;
  /** 1-based, into the class names. */
  readonly classNumber: number;
  readonly listedAt: string;
  /** What the file says beside. */
  readonly fields: MatlabRecord;
}

/** The file of the older distribution, or `undefined`. */
export function findOlderAnnotations(folder: string): Promise<string | undefined> {
  return findFirst(folder, below("cars_annos.mat"));
}

/** A file of the newer distribution's devkit, or `undefined`. */
export function findDevkitFile(folder: string, name: string): Promise<string | undefined> {
  return findFirst(folder, atDevkit(name));
}

/**
 * The annotations of the older distribution.
 *
 * @param path Of `cars_annos.mat`, with its variables.
 */
export function listOlderAnnotations(
  variables: ReadonlyMap<string, MatlabArray>,
  path: string,
): Annotation[] {
  const folder = path.slice(0, -"cars_annos.mat".length);
  return takeAnnotations(variables, path).map((fields, i) => {
    const listedAt = `${path}:${i + 1}`; // position among the annotations
    const imagePath = takeText(fields, "relative_im_path", listedAt);
    checkListedPath(imagePath, listedAt);
    return {
      sourcePath: join(folder, imagePath),
      fileName: fileNameOf(imagePath),
      classNumber: takeNumber(fields, "class", listedAt),
      listedAt,
      fields,
    };
  });
}

/**
 * Reads the annotations of one half of the newer distribution.
 *
 * @param path The file.
 * @param half The folder of its images, as published.
 * @throws {InputError} If the file is damaged or an annotation lacks a field.
 */
export async function readNewerAnnotations(
  folder: string,
  path: string,
  half: "cars_train" | "cars_test",
): Promise<Annotation[]> {
  const imageFolder = await findFirst(folder, below(`${half}/${half}`, half)) ?? join(folder, half);
  return takeAnnotations(await readMatlab(path), path).map((fields, i) => {
    const listedAt = `${path}:${i + 1}`; // position among the annotations
    const fileName = takeText(fields, "fname", listedAt);
    checkListedPath(fileName, listedAt);
    return {
      sourcePath: join(imageFolder, fileName),
      fileName,
      classNumber: takeNumber(fields, "class", listedAt),
      listedAt,
      fields,
    };
  });
}

/** The box of the car; the file gives its first and last column and row, and the last are not part of it. */
export function takeBox({ fields, listedAt }: Annotation): PixelBox {
  const [left, top, right, bottom] = ["bbox_x1", "bbox_y1", "bbox_x2", "bbox_y2"]
    .map((name) => takeNumber(fields, name, listedAt)) as [number, number, number, number];
  return { left, top, right, bottom };
}

/**
 * Class names as folders: spaces become `_`, slashes go.
 *
 * @param path Where they come from; only used in errors.
 * @throws {InputError} If two give one folder, or one gives none.
 */
export function formatClassFolders(classNames: readonly string[], path: string): string[] {
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

/**
 * The class names, class 1 first.
 *
 * @throws {InputError} If the variable is missing or of another kind.
 */
export function takeClassNames(
  variables: ReadonlyMap<string, MatlabArray>,
  path: string,
): string[] {
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
