/** Where pretrained weights are published: the known files, the first of each backbone. */

import {
  KNOWN_WEIGHTS,
  type KnownWeights,
  WEIGHTS_FOLDER,
} from "../model/weights/known_weights.ts";
import type { PublishedSource } from "./published_source.ts";

/** One source a backbone that has published weights. */
export const WEIGHTS_SOURCES: readonly PublishedSource[] = KNOWN_WEIGHTS
  .filter((known, i) =>
    KNOWN_WEIGHTS.findIndex(({ backbone }) => backbone === known.backbone) === i
  )
  .map(formatSource);

function formatSource(known: KnownWeights): PublishedSource {
  const { backbone, fileName, url, hashPrefix, sizeBytes, licence, description } = known;
  return {
    name: backbone,
    title: description,
    files: [{
      fileName,
      addresses: [{ url }],
      sizeBytes,
      sha256: hashPrefix,
      folder: WEIGHTS_FOLDER,
    }],
    licence,
    mustAccept: false,
    byHand: `${url} has it`,
  };
}
