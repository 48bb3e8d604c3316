/**
 * Descriptions of datasets as runs used them, in Croissant, the vocabulary of MLCommons for datasets.
 *
 * Source: "Croissant Format Specification", version 1.0, https://docs.mlcommons.org/croissant/docs/croissant-spec.html. The
 * files are described as they lie below the data root; who has them can check them against the hashes.
 */

import { findDataset, isDatasetName, traitsOf } from "../../dataset/datasets.ts";
import type { ResultRow } from "../rows/row.ts";
import { CROISSANT_CONTEXT } from "./croissant_context.ts";

/** A dataset as some rows used it. */
type UsedDataset = Pick<ResultRow, "profile" | "dataset" | "data_hash">;

/** Name of a description: `mini-cub200-b28f5113.json`. */
export function croissantName({ profile, dataset, data_hash }: UsedDataset): string {
  return `${profile}-${dataset}-${data_hash.slice(0, 8)}.json`;
}

/** The datasets that rows used, each once, in the order of the rows. */
export function listUsedDatasets<Row extends UsedDataset>(rows: readonly Row[]): Row[] {
  const byName = new Map<string, Row>();
  for (const row of rows) {
    if (!byName.has(croissantName(row))) byName.set(croissantName(row), row);
  }
  return [...byName.values()];
}

/** Formats the description of one dataset as JSON-LD. */
export function formatCroissant(used: UsedDataset): string {
  const { profile, dataset, data_hash } = used;
  const { title } = traitsOf(dataset);
  const isDrawn = profile === "mini" && isDatasetName(dataset);
  return `${
    JSON.stringify(
      {
        "@context": CROISSANT_CONTEXT,
        "@type": "sc:Dataset",
        "dct:conformsTo": "http://mlcommons.org/croissant/1.0",
        name: `${profile}-${dataset}`,
        description: describe(used, title, isDrawn),
        version: data_hash,
        ...(isDrawn ? { license: "https://spdx.org/licenses/MIT" } : {}),
        distribution: [
          {
            "@type": "cr:FileObject",
            "@id": "manifest",
            name: "manifest.csv",
            description: "One line an image: split, class, path, size and SHA-256.",
            contentUrl: "manifest.csv",
            encodingFormat: "text/csv",
            sha256: data_hash,
          },
          {
            "@type": "cr:FileSet",
            "@id": "images",
            name: "images",
            description: "The images that the manifest lists, below the same folder.",
            encodingFormat: "image/jpeg",
            includes: "**/*.jpg",
          },
        ],
        recordSet: [{
          "@type": "cr:RecordSet",
          "@id": "records",
          name: "records",
          description: "The images with their classes and splits.",
          field: MANIFEST_FIELDS.map(toField),
        }],
      },
      null,
      2,
    )
  }\n`;
}

const MANIFEST_FIELDS = [
  ["split", "sc:Text", "train, test, query or gallery"],
  ["class_id", "sc:Text", "class as published"],
  ["image_path", "sc:Text", "path below the dataset's folder"],
  ["width", "sc:Integer", "pixels as stored"],
  ["height", "sc:Integer", "pixels as stored"],
  ["size_bytes", "sc:Integer", "size of the file"],
  ["sha256", "sc:Text", "SHA-256 of the file"],
] as const;

function toField([name, dataType, description]: typeof MANIFEST_FIELDS[number]) {
  return {
    "@type": "cr:Field",
    "@id": `records/${name}`,
    name,
    description,
    dataType,
    source: { fileObject: { "@id": "manifest" }, extract: { column: name } },
  };
}

function describe(
  { dataset, profile }: UsedDataset,
  title: string,
  isDrawn: boolean,
): string {
  if (isDrawn) {
    return `${title} miniature: images drawn by proxyan in the layout of ${title}; not the published dataset.`;
  }
  if (!isDatasetName(dataset)) {
    return `${title}: class folders that a user named, as they were read.`;
  }
  const { published, photos } = findDataset(dataset);
  const files = published.files.map(({ name, md5 }) => md5 ? `${name} (MD5 ${md5})` : name);
  const way = profile === "photos"
    ? `${photos?.title}: a part of the photographs of ${published.title}, cut and reduced, made of`
    : `${published.title}, as converted from`;
  return `${way} ${files.join(", ")}; its terms are its publisher's.`;
}
