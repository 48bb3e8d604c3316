/**
 * DeepFashion In-shop Clothes Retrieval as published: `list_eval_partition.txt` and the 256-pixel images of `img/`.
 *
 * Source: Liu et al., "DeepFashion", CVPR 2016. `img_highres/` is not the benchmark's and scores a point lower.
 */

import { doesExist } from "../file/does_exist.ts";
import { dirname, join } from "@std/path";
import { InputError } from "../errors.ts";
import { quoteText } from "../file/quote_text.ts";
import type { DatasetDefinition } from "./definition.ts";
import { readList } from "./list_file.ts";
import {
  checkListedPath,
  findFirst,
  type OriginalImage,
  type OriginalOptions,
} from "./original.ts";

const SPLITS = ["train", "query", "gallery"] as const;
const LIST = "list_eval_partition.txt";
/** Folders that may lie between: the publisher's own, and that of the other datasets. */
const NESTED = [
  ...["", "In-shop Clothes Retrieval Benchmark/", "In-shop_Clothes_Retrieval_Benchmark/"],
  "original/",
];
const LANDMARKS = NESTED.flatMap((nested) =>
  ["", "Eval/", "Anno/"].map((at) => nested + at + LIST)
);

/** The dataset. */
export const IN_SHOP: DatasetDefinition<"in_shop"> = {
  name: "in_shop",
  title: "In-Shop",
  folder: "IN_SHOP",
  isInPlace: true,
  counts: {
    train: { imageCount: 25882, classCount: 3997 },
    query: { imageCount: 14218, classCount: 3985 },
    gallery: { imageCount: 12612, classCount: 3985 },
  },
  published: {
    title: "DeepFashion In-shop Clothes Retrieval",
    files: [{ name: "img.zip" }, { name: "list_eval_partition.txt" }],
  },
  landmarks: LANDMARKS,
  recallKs: [1, 10, 20, 30, 40, 50],
  settings: ["full"],
  findImages,
  read: readInShop,
};

/** One row of In-Shop's `list_eval_partition.txt`. */
export interface InShopRow {
  /** Path below the dataset's folder, as published. */
  readonly imagePath: string;
  /** Published product id, such as `id_00000002`. */
  readonly classId: string;
  readonly split: typeof SPLITS[number];
  /** `path:line` of the row. */
  readonly listedAt: string;
}

/**
 * Reads In-Shop's list, which may also be in `Eval/` or `Anno/`. The images stay where they are, in `img/` or `Img/img/`: in
 * the manifest, and so in the data hash, they have the list's paths wherever they lie.
 *
 * @throws {InputError} If the list is missing or wrong, or the images are not unpacked.
 */
export async function readInShop(options: OriginalOptions): Promise<OriginalImage[]> {
  const { folder, remedy } = options;
  const path = await findFirst(folder, LANDMARKS) ?? join(folder, LIST);
  const rows = parseEvalPartition(await readList(path, remedy), path);
  const images = await findImages(folder);
  await checkUnpacked(folder, images);
  return rows.map((row) => ({ ...row, sourcePath: join(images, row.imagePath) }));
}

/** The folder that `img/` is in: the dataset's, or the publisher's `Img`. */
async function findImages(folder: string): Promise<string> {
  const candidates = NESTED.flatMap((nested) => [`${nested}img`, `${nested}Img/img`]);
  return dirname(await findFirst(folder, candidates) ?? join(folder, "img"));
}

/** Says what is there instead of the images. */
async function checkUnpacked(folder: string, images: string): Promise<void> {
  const path = join(images, "img");
  if (await doesExist(path)) return;
  const find = (name: string) =>
    findFirst(folder, NESTED.flatMap((nested) => [nested + name, `${nested}Img/${name}`]));
  const rule = "Cannot convert in_shop as the benchmark's 256-pixel images must be there";
  const archive = await find("img.zip");
  if (archive) throw new InputError(`${path}: ${rule}: ${archive} is not unpacked`);
  if (await find("img_highres")) throw new InputError(`${path}: ${rule}: only img_highres is`);
}

/**
 * Parses In-Shop's `list_eval_partition.txt`: a row count, a header, the rows.
 *
 * @param text Whole file.
 * @param path Where it came from; only used in errors.
 * @throws {InputError} With `path:line`, if a row, the header or the row count is wrong, or a row's item is not its folder.
 */
export function parseEvalPartition(text: string, path: string): InShopRow[] {
  const lines = text.trimEnd().split(/\r?\n/);
  const header = lines[1]?.trim().split(/\s+/).join(" ");
  if (header !== "image_name item_id evaluation_status") {
    throw new InputError(
      `${path}:2: Cannot accept list as its header must be "image_name item_id evaluation_status": ` +
        `it is ${quoteText(lines[1] ?? "")}`,
    );
  }
  const rows = lines.slice(2).map((line, i) => parseRow(line, `${path}:${i + 3}`)); // 1-based
  if (String(rows.length) !== lines[0]?.trim()) {
    throw new InputError(
      `${path}:1: Cannot accept list as line 1 must be its row count: ` +
        `it is ${quoteText(lines[0]!)} and ${rows.length} rows follow; is the download complete?`,
    );
  }
  return rows;
}

function parseRow(line: string, at: string): InShopRow {
  const [imagePath, classId, split, ...extra] = line.trim().split(/\s+/);
  if (!imagePath || !classId || !split || extra.length > 0) {
    throw new InputError(
      `${at}: Cannot parse row as it must be "image item split": it is ${quoteText(line)}`,
    );
  }
  const known = SPLITS.find((name) => name === split);
  if (!known) {
    throw new InputError(
      `${at}: Cannot parse row as split must be ${SPLITS.join(", ")}: it is ${quoteText(split)}`,
    );
  }
  checkListedPath(imagePath, at);
  if (!imagePath.split("/").slice(0, -1).includes(classId)) {
    throw new InputError(
      `${at}: Cannot accept row as the item must be a folder of ${imagePath}: it is ${classId}`,
    );
  }
  return { imagePath, classId, split: known, listedAt: at };
}
