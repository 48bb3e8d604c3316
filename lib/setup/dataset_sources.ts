/**
 * Where the four datasets are published. Checksums are those of their definitions; sizes are of TensorFlow Datasets' lists of
 * checksums (`url_checksums/`), which has the same files, and of DATASETS' table for CUB.
 *
 * No address could be tried from here. What is unverified was named by one source alone.
 */

import { join } from "@std/path";
import { CARS196 } from "../dataset/cars196.ts";
import { CUB200 } from "../dataset/cub200.ts";
import type { DatasetDefinition } from "../dataset/definition.ts";
import { IN_SHOP } from "../dataset/in_shop.ts";
import { SOP } from "../dataset/sop.ts";
import type { Address, PublishedDownload, PublishedSource } from "./published_source.ts";

/** A repository of somebody else's with the older files of Cars196, at one commit. */
const CARS_MIRROR =
  "https://huggingface.co/datasets/XiN0919/FGVC/resolve/921e8dce38536cd5982739d85d5e9235d2cb2a76";

/** Every dataset, in the order of the list of datasets. */
export const DATASET_SOURCES: readonly PublishedSource[] = [
  {
    name: CUB200.name,
    title: CUB200.title,
    files: [
      published(CUB200, "CUB_200_2011.tgz", {
        sizeBytes: 1_150_585_339,
        addresses: [
          { url: "https://data.caltech.edu/records/65de6-vp158/files/CUB_200_2011.tgz" },
        ],
        unpack: "CUB_200_2011",
      }),
    ],
    licence: "the images are their photographers'; for non-commercial research and education alone",
    mustAccept: true,
    byHand: "https://data.caltech.edu/records/65de6-vp158 has it",
  },
  {
    name: CARS196.name,
    title: CARS196.title,
    files: [
      published(CARS196, "car_ims.tgz", {
        sizeBytes: 1_956_628_579,
        addresses: carsAddresses("car_ims.tgz"),
        unpack: "car_ims",
      }),
      published(CARS196, "cars_annos.mat", { addresses: carsAddresses("cars_annos.mat") }),
    ],
    licence: "for non-commercial research alone (ImageNet's terms)",
    mustAccept: true,
    byHand:
      "the publisher's site is gone (404 since 2023). People share the files: https://github.com/pytorch/vision/issues/7545 " +
      "lists where. The newer files do as well: cars_train.tgz, cars_test.tgz, car_devkit.tgz, unpacked there, and " +
      "cars_test_annos_withlabels.mat",
  },
  {
    name: SOP.name,
    title: SOP.title,
    files: [
      published(SOP, "Stanford_Online_Products.zip", {
        sizeBytes: 3_083_860_082,
        addresses: [
          { url: "http://ftp.cs.stanford.edu/cs/cvgl/Stanford_Online_Products.zip" },
        ],
        unpack: "Stanford_Online_Products",
      }),
    ],
    licence: "the images are of eBay's sellers; for research",
    mustAccept: true,
    byHand:
      "https://cvgl.stanford.edu/projects/lifted_struct has it, and ftp://cs.stanford.edu/cs/cvgl/Stanford_Online_Products.zip",
  },
  {
    name: IN_SHOP.name,
    title: IN_SHOP.title,
    files: [
      published(IN_SHOP, "img.zip", { addresses: [], unpack: "img" }),
      published(IN_SHOP, "list_eval_partition.txt", { addresses: [] }),
    ],
    licence: "DeepFashion's agreement: for non-commercial research alone",
    mustAccept: true,
    byHand:
      "only a person can fetch it: https://mmlab.ie.cuhk.edu.hk/projects/DeepFashion/InShopRetrieval.html leads to the " +
      "publisher's folder, whose terms are agreed to there; take Img/img.zip (256 px; not img_highres) and " +
      "Eval/list_eval_partition.txt",
  },
];

function carsAddresses(fileName: string): Address[] {
  return [
    { url: `https://ai.stanford.edu/~jkrause/car196/${fileName}` },
    { url: `${CARS_MIRROR}/${fileName}`, isUnverified: true },
  ];
}

/** A file of a dataset, with the checksum of its definition. */
function published(
  { folder, isInPlace, published: { files, olderFiles = [] } }: DatasetDefinition,
  fileName: string,
  rest: Pick<PublishedDownload, "addresses" | "sizeBytes" | "unpack">,
): PublishedDownload {
  const md5 = [...files, ...olderFiles].find(({ name }) => name === fileName)?.md5;
  return { fileName, md5, folder: isInPlace ? folder : join(folder, "original"), ...rest };
}
