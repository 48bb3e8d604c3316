/** Looks into one run: its sampler from configuration and seed, its final network from stored weights. */

import { Buffer } from "node:buffer";
import { join } from "@std/path";
import type { Dataset, ImageRecord } from "../dataset/record.ts";
import type { Workspace } from "../dataset/workspace.ts";
import { InputError } from "../errors.ts";
import { embedRecords } from "../eval/embed_records.ts";
import type { EmbeddingMatrix, NeighborLists } from "../eval/neighbors.ts";
import { writeFileAtomic } from "../file/atomic_write.ts";
import { doesExist } from "../file/does_exist.ts";
import { hashFile } from "../file/hash.ts";
import { readTextIfThere } from "../file/read_file.ts";
import { createImageLoader } from "../image/loader.ts";
import { makeThumbnail } from "../image/thumbnail.ts";
import { RandomStream } from "../random_stream.ts";
import { mapEmbeddings } from "../report/map_embeddings.ts";
import { type NetworkView, type RunView, VIEW_FILE, VIEW_VERSION } from "../report/model_view.ts";
import {
  countSimilarities,
  type EmbeddedSets,
  findShownNeighbors,
  listHardest,
  listWorst,
} from "../report/view_embeddings.ts";
import { viewSampler } from "../report/view_sampler.ts";
import type { TrainConfig } from "../train/config.ts";
import { openEmbedder } from "./open_embedder.ts";
import { openRunDataset } from "./open_run_dataset.ts";
import { runFolder } from "./run_folder.ts";
import { selectTrainingData } from "./training_data.ts";

/** Queries of each kind. */
const QUERY_COUNT = 6;
/** Test images whose pairs are counted and that the map shows, spread evenly over all. */
const MAPPED_COUNT = 600;
/** Pixels of a thumbnail: the page shows 56. */
const THUMBNAIL_PIXELS = 56;

/**
 * Writes the view of a run. A backend must be open where its weights are there.
 *
 * @returns Whether its network was looked into, too.
 * @throws {InputError} If the run has no configuration, its data is missing or another, or its weights are damaged.
 */
export async function viewRun(runId: string, workspace: Workspace): Promise<boolean> {
  const folder = runFolder(workspace.resultsRoot, runId);
  const { config, dataHash } = await readRunConfig(folder.config);
  const dataset = await openRunDataset(config, workspace);
  if (dataset.dataHash !== dataHash) {
    throw new InputError(
      `${folder.config}: Cannot look into run as its data must have SHA-256 ${dataHash}: it is ${dataset.dataHash}`,
    );
  }
  const data = selectTrainingData(dataset, config);
  const labels = data.records.map(({ classIndex }) => classIndex);
  const weights = folder.weights("final");
  const network = await doesExist(weights) ? await viewNetwork(weights, dataset) : null;
  const view: RunView = {
    runId,
    formatVersion: VIEW_VERSION,
    dataHash,
    sampler: viewSampler(config, { ...data, labels }),
    network,
  };
  await writeFileAtomic(join(folder.path, VIEW_FILE), JSON.stringify(view) + "\n");
  return network !== null;
}

async function readRunConfig(path: string): Promise<{ config: TrainConfig; dataHash: string }> {
  const text = await readTextIfThere(path, "look into run");
  if (text !== null) return JSON.parse(text);
  throw new InputError(
    `${path}: Cannot look into run as its configuration must be there: it is not; is the id right, and the run done?`,
  );
}

async function viewNetwork(path: string, dataset: Dataset): Promise<NetworkView> {
  const { embedder, preset, stored } = await openEmbedder(path);
  try {
    const { folder, remedy, evaluation } = dataset;
    const loader = createImageLoader({ folder, remedy, preset, cacheBytes: 0 });
    const embed = (records: readonly ImageRecord[]) =>
      embedRecords(embedder, loader, records, preset.inputSize);
    const isSelf = evaluation.kind === "self";
    const gallery = isSelf ? evaluation.images : evaluation.gallery;
    const queries = isSelf ? evaluation.images : evaluation.queries;
    const galleryRows = await embed(gallery);
    const queryRows = isSelf ? galleryRows : await embed(queries);
    const sets = { queries, gallery, queryRows, galleryRows, isSelf };
    const found = await findShownNeighbors(sets);
    return {
      weightsHash: await hashFile(path),
      queries: await viewQueries(sets, found, { folder, seed: stored.config.seed }),
      hardest: listHardest(sets, found),
      ...viewPlaces(gallery, galleryRows, stored.config.seed),
    };
  } finally {
    embedder.dispose();
  }
}

async function viewQueries(
  sets: EmbeddedSets,
  found: NeighborLists,
  { folder, seed }: { readonly folder: string; readonly seed: number },
): Promise<NetworkView["queries"]> {
  const { queries, gallery } = sets;
  const worst = listWorst(sets, found, QUERY_COUNT);
  const others = RandomStream.named(seed, "shown_queries").shuffle(queries.map((_, i) => i));
  const chosen = [
    ...worst.map((i) => ({ kind: "worst" as const, i })),
    ...others.slice(0, QUERY_COUNT).map((i) => ({ kind: "random" as const, i })),
  ];
  const toImage = async ({ imagePath, classId }: ImageRecord) => {
    const jpeg = await makeThumbnail(folder, imagePath, THUMBNAIL_PIXELS);
    return { imagePath, classId, thumbnail: Buffer.from(jpeg).toString("base64") };
  };
  return await Promise.all(chosen.map(async ({ kind, i }) => ({
    kind,
    query: await toImage(queries[i]!),
    neighbors: await Promise.all(Array.from({ length: found.count }, async (_, rank) => {
      const at = i * found.count + rank;
      const record = gallery[found.indices[at]!]!;
      return {
        ...await toImage(record),
        similarity: Number(found.similarities[at]!.toFixed(4)),
        isRight: record.classId === queries[i]!.classId,
      };
    })),
  })));
}

function viewPlaces(
  records: readonly ImageRecord[],
  { data, columnCount }: EmbeddingMatrix,
  seed: number,
): Pick<NetworkView, "similarities" | "map"> {
  const count = Math.min(MAPPED_COUNT, records.length);
  const chosen = Array.from({ length: count }, (_, i) => Math.floor(i * records.length / count));
  const rows = chosen.map((i) => [...data.subarray(i * columnCount, (i + 1) * columnCount)]);
  const classIds = chosen.map((i) => records[i]!.classId);
  const matrix = { data: Float32Array.from(rows.flat()), rowCount: count, columnCount };
  return {
    similarities: countSimilarities(matrix, classIds),
    map: { classIds, ...mapEmbeddings(rows, seed), imageCount: records.length },
  };
}
