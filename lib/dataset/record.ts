/** What a dataset is to the rest of the library: image records, their classes and the sets to retrieve in. */

import { InputError } from "../errors.ts";

/**
 * `mini` is the drawn miniature below `data/mini/`; `photos` is a part of the published photographs, made small, below
 * `data/photos/`; `paper` is the published dataset below `data/`.
 */
export const PROFILES = ["mini", "photos", "paper"] as const;
/** Which data a run stands on. */
export type Profile = typeof PROFILES[number];

/** What a row says of its profile, for the columns of result files. */
export const PROFILE_ABOUT =
  "mini: drawn miniature; photos: a part of the published photographs, made small; paper: published dataset";

/** Folder below the data root that the datasets of a profile are in. */
export const PROFILE_FOLDERS: Readonly<Record<Profile, string>> = {
  mini: "mini",
  photos: "photos",
  paper: "",
};

/** `test` images query each other; `query` images are looked up in `gallery`. */
export type Split = "train" | "test" | "query" | "gallery";

/** One image. */
export interface ImageRecord {
  /** Path below the dataset's folder, with `/`. */
  readonly imagePath: string;
  /** Class as published, such as `001.Black_footed_Albatross` or `id_00000002`. */
  readonly classId: string;
  /** Position of the class among the sorted classes of its side: 0...C-1 in training, 0... in evaluation. */
  readonly classIndex: number;
  /** Where the image is used. */
  readonly split: Split;
  /** Pixels as stored, EXIF orientation ignored. */
  readonly width: number;
  /** Pixels as stored, EXIF orientation ignored. */
  readonly height: number;
  /** Size of the file. */
  readonly sizeBytes: number;
  /** Of the file's bytes, hexadecimal. */
  readonly sha256: string;
}

/** What evaluation retrieves: every image in the others, or queries in a gallery. */
export type EvaluationSets =
  | { readonly kind: "self"; readonly images: readonly ImageRecord[] }
  | {
    readonly kind: "query_gallery";
    readonly queries: readonly ImageRecord[];
    readonly gallery: readonly ImageRecord[];
  };

/** A dataset ready for training and evaluation. */
export interface Dataset {
  /** As the command line names it. */
  readonly name: string;
  /** Folder that every `imagePath` is below. */
  readonly folder: string;
  /** What to do if a file is not as the manifest has it: the ending of an error. */
  readonly remedy: string;
  /** SHA-256 (hexadecimal) of the manifest: names, sizes and contents of all images. */
  readonly dataHash: string;
  /** In sorted order of class folder, then file name. */
  readonly train: readonly ImageRecord[];
  /** Sorted; the class of index c is `trainClasses[c]`. */
  readonly trainClasses: readonly string[];
  /** Images of classes that are not in training. */
  readonly evaluation: EvaluationSets;
}

/** Every image of a dataset. */
export function recordsOf({ train, evaluation }: Dataset): ImageRecord[] {
  return evaluation.kind === "self"
    ? [...train, ...evaluation.images]
    : [...train, ...evaluation.queries, ...evaluation.gallery];
}

/**
 * Images by class index: entry c has those of class c, in the order given.
 *
 * @throws {InputError} If a class index below the largest has no image.
 */
export function groupByClass(records: readonly ImageRecord[]): ImageRecord[][] {
  const groups: ImageRecord[][] = [];
  for (const record of records) (groups[record.classIndex] ??= []).push(record);
  const empty = groups.findIndex((images) => images === undefined);
  if (empty === -1) return groups;
  throw new InputError(
    `Cannot group images by class as each of ${groups.length} classes must have one: ` +
      `class index ${empty} has none`,
  );
}
