/** What a dataset is: everything that the program knows of one, as one object in one file, `cub200.ts` and the like. */

import type { DatasetCounts } from "./counts.ts";
import type { OriginalImage, OriginalOptions, PhotoOriginal } from "./original.ts";
import type { Setting } from "./setting.ts";

/** A published archive or list. */
export interface PublishedFile {
  /** File name as published. */
  readonly name: string;
  /** MD5, hexadecimal, where it is known. */
  readonly md5?: string;
}

/** What a dataset is downloaded as. */
export interface PublishedFiles {
  /** Name in words, as its publisher has it. */
  readonly title: string;
  /** What to download. */
  readonly files: readonly PublishedFile[];
  /** An older distribution, a set by itself, which the reader accepts too. */
  readonly olderFiles?: readonly PublishedFile[];
}

/** A part of a dataset's photographs, made small: what it is in profile `photos`. */
export interface PhotoSubset {
  /** As tables name it. */
  readonly title: string;
  /** Images and classes of every split. */
  readonly counts: DatasetCounts;
  /** Zip file of the made images, `train/<class>/` and `test/<class>/`: used where it lies in `photos/` below the data root. */
  readonly archive: string;
  /** Lists the published photographs that they are made of. Rejects with an InputError where a list is missing or wrong. */
  readonly read: (options: Omit<OriginalOptions, "trainClassCount">) => Promise<PhotoOriginal[]>;
}

/** One dataset. */
export interface DatasetDefinition<Name extends string = string> {
  /** As the command line names it. */
  readonly name: Name;
  /** As tables name it. */
  readonly title: string;
  /** Folder below the data root, or below its `mini/` or `photos/`. */
  readonly folder: string;
  /** Whether images are used where they are unpacked, instead of going from `original/` into class folders. */
  readonly isInPlace: boolean;
  /**
   * Published images and classes of every split that it has. These are the zero-shot splits of metric learning, not those
   * of classification that ship with CUB (5,994 / 5,794) and Cars (8,144 / 8,041), which public tools mix up with them.
   */
  readonly counts: DatasetCounts;
  /** What to download. */
  readonly published: PublishedFiles;
  /**
   * Files of which one at least tells that the published files are here: paths below the folder that the reader is given,
   * with the folders that archives and mirrors put between.
   */
  readonly landmarks: readonly string[];
  /** K of Recall@K that are reported. */
  readonly recallKs: readonly number[];
  /** Settings of the paper that have runs on it. */
  readonly settings: readonly Setting["kind"][];
  /**
   * Finds the folder that image paths are below, for a dataset that is used in place and comes unpacked in more than one way;
   * else it is the dataset's folder.
   */
  readonly findImages?: (folder: string) => Promise<string>;
  /** Lists the images as published. Rejects with an InputError where a list is missing or wrong. */
  readonly read: (options: OriginalOptions) => Promise<OriginalImage[]>;
  /** What it is in profile `photos`; a dataset without it is not of that profile. */
  readonly photos?: PhotoSubset;
}
