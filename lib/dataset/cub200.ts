/**
 * CUB-200-2011 as published: `images.txt`, `image_class_labels.txt`, `classes.txt` and `images/NNN.Class_Name/`.
 *
 * Source: Wah et al., "The Caltech-UCSD Birds-200-2011 Dataset", CNS-TR-2011-001. The split is that of metric
 * learning (first half of the classes / second half), not `train_test_split.txt`, which is for classification.
 */

import { dirname, join } from "@std/path";
import { InputError } from "../errors.ts";
import type { DatasetDefinition } from "./definition.ts";
import { type ListRow, parseList, parsePositive, readList } from "./list_file.ts";
import {
  checkListedPath,
  createOriginalImage,
  fileNameOf,
  findFirst,
  type OriginalImage,
  type OriginalOptions,
  splitOfClass,
} from "./original.ts";

const IMAGES = "images.txt";
/** The archive's own folder, once or twice as mirrors have it. */
const LANDMARKS = ["", "CUB_200_2011/", "CUB_200_2011/CUB_200_2011/"]
  .map((nested) => nested + IMAGES);

/** The dataset. */
export const CUB200: DatasetDefinition<"cub200"> = {
  name: "cub200",
  title: "CUB-200-2011",
  folder: "CUB200",
  isInPlace: false,
  counts: {
    train: { imageCount: 5864, classCount: 100 },
    test: { imageCount: 5924, classCount: 100 },
  },
  published: {
    title: "CUB-200-2011",
    files: [{ name: "CUB_200_2011.tgz", md5: "97eceeb196236b17998738112f37df78" }],
  },
  landmarks: LANDMARKS,
  recallKs: [1, 2, 4, 8],
  settings: ["full", "partial", "imbalance"],
  read: readCub200,
  photos: {
    title: "CUB, first 50 classes, 112 px",
    counts: {
      train: { imageCount: 1402, classCount: 25 },
      test: { imageCount: 1487, classCount: 25 },
    },
    archive: "cub_first50_112px.zip",
    read: (options) => readCub200({ ...options, trainClassCount: 25 }, 50),
  },
};

/** The texts of CUB's three lists, by file name. */
export interface Cub200Lists {
  readonly "images.txt": string;
  readonly "image_class_labels.txt": string;
  readonly "classes.txt": string;
}

/**
 * Reads CUB's lists, which may also be in `CUB_200_2011/` below the folder.
 *
 * @param lastClass Classes after it are left out.
 * @throws {InputError} If a list is missing or wrong.
 */
export async function readCub200(
  options: OriginalOptions,
  lastClass = Infinity,
): Promise<OriginalImage[]> {
  const found = await findFirst(options.folder, LANDMARKS);
  const folder = found ? dirname(found) : options.folder;
  const read = (name: string) => readList(join(folder, name), options.remedy);
  const lists: Cub200Lists = {
    "images.txt": await read("images.txt"),
    "image_class_labels.txt": await read("image_class_labels.txt"),
    "classes.txt": await read("classes.txt"),
  };
  return parseCub200(lists, folder, options.trainClassCount, lastClass);
}

/**
 * Parses CUB's lists, in the order of `images.txt`.
 *
 * @param folder Folder that holds the lists and `images/`.
 * @param lastClass Classes after it are left out.
 * @throws {InputError} With `path:line`, if a row is wrong, the lists disagree, or a class has no image.
 */
export function parseCub200(
  lists: Cub200Lists,
  folder: string,
  trainClassCount: number,
  lastClass = Infinity,
): OriginalImage[] {
  const parse = (name: keyof Cub200Lists, columns: readonly string[]) =>
    parseList(lists[name], join(folder, name), columns);
  const classes = indexRows(parse("classes.txt", ["class_id", "class_name"]), "class_id");
  const labels = indexRows(parse("image_class_labels.txt", ["image_id", "class_id"]), "image_id");
  const images = indexRows(parse("images.txt", ["image_id", "path"]), "image_id");
  const emptyClasses = new Map(classes);
  const originals = [...images].flatMap(([imageId, { columns, at }]) => {
    const path = columns[1]!;
    checkListedPath(path, at);
    const label = labels.get(imageId);
    if (!label) {
      throw new InputError(
        `${at}: Cannot accept row as image_class_labels.txt must have a row for image ${imageId}: ` +
          "it has none",
      );
    }
    const classNumber = parsePositive(label.columns[1]!, "class_id", label.at);
    const className = classes.get(classNumber)?.columns[1];
    if (className === undefined || path.split("/")[0] !== className) {
      throw new InputError(
        `${label.at}: Cannot accept row as the class must be the folder of ${path}: ` +
          `it is ${classNumber} (${className ?? "not in classes.txt"})`,
      );
    }
    emptyClasses.delete(classNumber);
    return classNumber > lastClass ? [] : createOriginalImage({
      sourcePath: join(folder, "images", path),
      classId: className,
      split: splitOfClass(classNumber, trainClassCount),
      fileName: fileNameOf(path),
      listedAt: at,
    });
  });
  checkComplete(labels, images, emptyClasses);
  return originals;
}

function indexRows(rows: readonly ListRow[], idName: string): Map<number, ListRow> {
  const byId = new Map<number, ListRow>();
  for (const row of rows) {
    const id = parsePositive(row.columns[0]!, idName, row.at);
    const earlier = byId.get(id);
    if (earlier) {
      throw new InputError(
        `${row.at}: Cannot accept row as ${idName} must be listed once: ${id} is at ${earlier.at} too`,
      );
    }
    byId.set(id, row);
  }
  return byId;
}

function checkComplete(
  labels: ReadonlyMap<number, ListRow>,
  images: ReadonlyMap<number, ListRow>,
  emptyClasses: ReadonlyMap<number, ListRow>,
): void {
  for (const [imageId, { at }] of labels) {
    if (images.has(imageId)) continue;
    throw new InputError(
      `${at}: Cannot accept row as images.txt must have a row for image ${imageId}: it has none`,
    );
  }
  for (const { columns, at } of emptyClasses.values()) {
    throw new InputError(
      `${at}: Cannot accept class as images.txt must have an image of it: ${columns[1]} has none`,
    );
  }
}
