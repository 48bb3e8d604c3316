/** The contact sheet of a run: queries and what the reported network finds for them. */

import { writeFileAtomic } from "../file/atomic_write.ts";
import type { Dataset, ImageRecord } from "../dataset/record.ts";
import { embedRecords } from "../eval/embed_records.ts";
import { type EmbeddingMatrix, findNeighbors } from "../eval/neighbors.ts";
import type { ImageLoader } from "../image/loader.ts";
import { makeThumbnail } from "../image/thumbnail.ts";
import type { Embedder } from "../model/embedder.ts";
import {
  drawContactSheet,
  type SheetLine,
  THUMBNAIL_SIZE,
} from "../results/pictures/contact_sheet.ts";
import type { TrainConfig } from "../train/config.ts";
import { formatRunId } from "../train/run_id.ts";
import type { RunFolder } from "./run_folder.ts";

const QUERY_COUNT = 8;
const NEIGHBOR_COUNT = 8;
/** Pixels of a stored thumbnail over those shown. */
const SHARPNESS = 1.25;

/** What a sheet shows. */
export interface RunSheetParts {
  readonly config: TrainConfig;
  readonly folder: RunFolder;
  readonly dataset: Dataset;
  readonly loader: ImageLoader;
  /** The network after the last epoch. */
  readonly embedder: Embedder;
}

/** Draws `neighbors.svg`: queries spread evenly over the test set, their nearest images from left to right. */
export async function drawRunSheet(parts: RunSheetParts): Promise<void> {
  const { config, dataset, folder } = parts;
  const { evaluation } = dataset;
  const embed = (records: readonly ImageRecord[]) =>
    embedRecords(parts.embedder, parts.loader, records, config.inputSize);
  const isSelf = evaluation.kind === "self";
  const candidates = isSelf ? evaluation.images : evaluation.queries;
  const gallery = isSelf ? evaluation.images : evaluation.gallery;
  const galleryEmbeddings = await embed(gallery);
  const chosen = spreadIndices(candidates.length, QUERY_COUNT);
  const queries = isSelf
    ? takeRows(galleryEmbeddings, chosen)
    : await embed(chosen.map((index) => candidates[index]!));
  const lines = await findLines(
    queries,
    chosen.map((index) => candidates[index]!),
    galleryEmbeddings,
    gallery,
  );
  const size = Math.round(THUMBNAIL_SIZE * SHARPNESS);
  const svg = await drawContactSheet(lines, {
    title: `${dataset.name}: queries and their nearest neighbors, unseen classes`,
    subtitle: `${formatRunId(config)}, final epoch`,
    thumbnail: (imagePath) => makeThumbnail(dataset.folder, imagePath, size),
  });
  await writeFileAtomic(folder.contactSheet, svg);
}

async function findLines(
  queries: EmbeddingMatrix,
  records: readonly ImageRecord[],
  embeddings: EmbeddingMatrix,
  gallery: readonly ImageRecord[],
): Promise<SheetLine[]> {
  const found = await findNeighbors(
    queries,
    embeddings,
    Math.min(NEIGHBOR_COUNT + 1, gallery.length),
  );
  return records.map((query, i) => {
    const neighbors = Array.from({ length: found.count }, (_, rank) => {
      const at = i * found.count + rank;
      const record = gallery[found.indices[at]!]!;
      const { imagePath, classId } = record;
      const isRight = classId === query.classId;
      return { imagePath, classId, similarity: found.similarities[at]!, isRight };
    });
    return {
      query,
      neighbors: neighbors.filter(({ imagePath }) => imagePath !== query.imagePath)
        .slice(0, NEIGHBOR_COUNT),
    };
  });
}

/** `count` indices, evenly spread over 0...length-1; all of them if there are fewer. */
function spreadIndices(length: number, count: number): number[] {
  const taken = Math.min(length, count);
  return Array.from({ length: taken }, (_, i) => Math.floor((i + 0.5) * length / taken));
}

function takeRows(matrix: EmbeddingMatrix, rows: readonly number[]): EmbeddingMatrix {
  const { data, columnCount } = matrix;
  const taken = new Float32Array(rows.length * columnCount);
  rows.forEach((row, i) =>
    taken.set(data.subarray(row * columnCount, (row + 1) * columnCount), i * columnCount)
  );
  return { data: taken, rowCount: rows.length, columnCount };
}
