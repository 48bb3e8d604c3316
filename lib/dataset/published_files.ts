/** What to download for the published datasets, and where to put it. */

import { DATASET_FOLDERS, type DatasetName, type Profile } from "./record.ts";

/** A published archive. */
export interface PublishedFile {
  /** File name as published. */
  readonly name: string;
  /** MD5, hexadecimal, where it is known. */
  readonly md5?: string;
}

/** What a dataset is downloaded as. */
export interface PublishedFiles {
  /** Name in words. */
  readonly title: string;
  /** What to download. */
  readonly files: readonly PublishedFile[];
  /** Folder to unpack them in, below the data root. */
  readonly folder: string;
}

/** The archives of each dataset. Cars196 has two distributions; the older one is a set by itself. */
export const PUBLISHED_FILES: Readonly<Record<DatasetName, PublishedFiles>> = {
  cub200: {
    title: "CUB-200-2011",
    files: [{ name: "CUB_200_2011.tgz", md5: "97eceeb196236b17998738112f37df78" }],
    folder: `${DATASET_FOLDERS.cub200}/original`,
  },
  cars196: {
    title: "Cars196",
    files: [
      { name: "cars_train.tgz", md5: "065e5b463ae28d29e77c1b4b166cfe61" },
      { name: "cars_test.tgz", md5: "4ce7ebf6a94d07f1952d94dd34c4d501" },
      { name: "car_devkit.tgz", md5: "c3b158d763b6e2245038c8ad08e45376" },
      { name: "cars_test_annos_withlabels.mat", md5: "b0a2b23655a3edd16d84508592a98d10" },
    ],
    folder: `${DATASET_FOLDERS.cars196}/original`,
  },
  sop: {
    title: "Stanford Online Products",
    files: [{ name: "Stanford_Online_Products.zip", md5: "7f73d41a2f44250d4779881525aea32e" }],
    folder: `${DATASET_FOLDERS.sop}/original`,
  },
  in_shop: {
    title: "DeepFashion In-shop Clothes Retrieval",
    files: [{ name: "img.zip" }, { name: "list_eval_partition.txt" }],
    folder: DATASET_FOLDERS.in_shop,
  },
};

/** The older distribution of Cars196, which is accepted too. */
export const OLDER_CARS196_FILES: readonly PublishedFile[] = [
  { name: "car_ims.tgz", md5: "d5c8f0aa497503f355e17dc7886c3f14" },
  { name: "cars_annos.mat", md5: "b407c6086d669747186bd1d764ff9dbc" },
];

/** The ending of an error about missing files: what makes them, or what to download and where to unpack it. */
export function describeRemedy(name: DatasetName, profile: Profile): string {
  if (profile === "mini") return "run `deno task fixtures`";
  const { title, files, folder } = PUBLISHED_FILES[name];
  const names = files.map((file) => file.name).join(", ");
  return `download ${title} (${names}) and unpack it in ${folder} below the data root`;
}
