/**
 * Stanford Online Products as published: `Ebay_train.txt`, `Ebay_test.txt` and images under `<category>_final/`.
 *
 * Source: Oh Song et al., "Deep Metric Learning via Lifted Structured Feature Embedding", CVPR 2016.
 */

import { dirname, join } from "@std/path";
import { InputError } from "../errors.ts";
import type { DatasetDefinition } from "./definition.ts";
import { parseList, parsePositive, readList } from "./list_file.ts";
import {
  checkListedPath,
  createOriginalImage,
  fileNameOf,
  findFirst,
  type OriginalImage,
  type OriginalOptions,
} from "./original.ts";

const COLUMNS = ["image_id", "class_id", "super_class_id", "path"];
const LISTS = { train: "Ebay_train.txt", test: "Ebay_test.txt" } as const;
/** The archive's own folder, once or twice as mirrors have it. */
const LANDMARKS = [
  "",
  "Stanford_Online_Products/",
  "Stanford_Online_Products/Stanford_Online_Products/",
]
  .map((nested) => nested + LISTS.train);

/** The dataset. */
export const SOP: DatasetDefinition<"sop"> = {
  name: "sop",
  title: "SOP",
  folder: "SOP",
  isInPlace: false,
  counts: {
    train: { imageCount: 59551, classCount: 11318 },
    test: { imageCount: 60502, classCount: 11316 },
  },
  published: {
    title: "Stanford Online Products",
    files: [{ name: "Stanford_Online_Products.zip", md5: "7f73d41a2f44250d4779881525aea32e" }],
  },
  landmarks: LANDMARKS,
  recallKs: [1, 10, 100, 1000],
  settings: ["full"],
  read: readSop,
};

/**
 * Reads SOP's lists, which may also be in `Stanford_Online_Products/` below the folder.
 *
 * @throws {InputError} If a list is missing or wrong.
 */
export async function readSop(options: OriginalOptions): Promise<OriginalImage[]> {
  const found = await findFirst(options.folder, LANDMARKS);
  const folder = found ? dirname(found) : options.folder;
  const read = (name: string) => readList(join(folder, name), options.remedy);
  return parseSop({ train: await read(LISTS.train), test: await read(LISTS.test) }, folder);
}

/**
 * Parses SOP's two lists, training first. Images are known by their path: their ids do not tell them apart.
 *
 * @param texts Whole files.
 * @param folder Folder that holds the lists and the categories.
 * @throws {InputError} With `path:line`, if a header or a row is wrong, or a category disagrees with its folder.
 */
export function parseSop(
  texts: Readonly<Record<"train" | "test", string>>,
  folder: string,
): OriginalImage[] {
  const categoryFolders = new Map<number, string>();
  const fileNames = new Set<string>(); // `<class>/<file>`
  return (["train", "test"] as const).flatMap((split) => {
    const rows = parseList(texts[split], join(folder, LISTS[split]), COLUMNS, { hasHeader: true });
    return rows.map(({ columns, at }) => {
      const [imageId, classId, categoryId, path] = columns as [string, string, string, string];
      checkListedPath(path, at);
      parsePositive(imageId, "image_id", at);
      parsePositive(classId, "class_id", at);
      checkCategory(parsePositive(categoryId, "super_class_id", at), path, categoryFolders, at);
      const isTaken = fileNames.has(`${classId}/${fileNameOf(path)}`);
      const fileName = isTaken ? path.replaceAll("/", "_") : fileNameOf(path);
      fileNames.add(`${classId}/${fileName}`);
      const sourcePath = join(folder, path);
      return createOriginalImage({ sourcePath, classId, split, fileName, listedAt: at });
    });
  });
}

/** Every super class has one folder, that of its first row. */
function checkCategory(
  categoryId: number,
  path: string,
  categoryFolders: Map<number, string>,
  at: string,
): void {
  const folder = path.split("/")[0]!;
  const known = categoryFolders.get(categoryId) ?? folder;
  categoryFolders.set(categoryId, known);
  if (folder === known) return;
  throw new InputError(
    `${at}: Cannot accept row as super class ${categoryId} must be in folder ${known}: ` +
      `the path is ${path}`,
  );
}
