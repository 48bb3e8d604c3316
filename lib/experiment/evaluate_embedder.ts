/** Metrics of a network on the test set, and on held-out training classes where there are any. */

import { traitsOf } from "../dataset/datasets.ts";
import type { Dataset, EvaluationSets, ImageRecord } from "../dataset/record.ts";
import type { Protocol } from "../dataset/protocol.ts";
import { embedRecords } from "../eval/embed_records.ts";
import { rankGalleryRetrieval } from "../eval/gallery_retrieval.ts";
import { checkRecallColumns, meanPercent, recallMetric } from "../eval/metric_definitions.ts";
import { countOddRowsOf, type OddRows } from "../eval/odd_rows.ts";
import { type RetrievalMetrics, summarizeRankings } from "../eval/metrics.ts";
import { listRankings, type RetrievalRankings } from "../eval/retrieval_rankings.ts";
import { rankSelfRetrieval } from "../eval/self_retrieval.ts";
import type { ImageLoader } from "../image/loader.ts";
import type { Embedder } from "../model/embedder.ts";
import type { TrainConfig } from "../train/config.ts";

/** What is known of a network after evaluating it. Percent. */
export interface EpochEvaluation {
  readonly test: RetrievalMetrics;
  readonly testRecallAt1: number;
  readonly heldOutRecallAt1: number | null;
  /** Embedding and retrieval, of all sets. */
  readonly seconds: number;
}

/** Everything that evaluation stands on. */
export interface EvaluationParts {
  readonly config: Pick<TrainConfig, "dataset" | "protocol" | "inputSize">;
  readonly dataset: Dataset;
  /** Images of held-out training classes. */
  readonly heldOut: readonly ImageRecord[];
  readonly loader: ImageLoader;
  readonly embedder: Pick<Embedder, "embedEvaluation" | "keepTensors">;
}

/** An evaluation, and what it is the mean of. */
export interface EmbedderEvaluation {
  readonly evaluation: EpochEvaluation;
  /** Of the test set. */
  readonly rankings: RetrievalRankings;
  /** Of the test set. */
  readonly oddRows: OddRows;
}

/** Evaluates the network as it is, by the protocol of its run. */
export async function evaluateEmbedder(parts: EvaluationParts): Promise<EmbedderEvaluation> {
  const { config, dataset, heldOut, loader, embedder } = parts;
  const startMs = performance.now();
  const { recallKs: ks } = traitsOf(config.dataset);
  checkRecallColumns(ks, config.dataset);
  const embed = (records: readonly ImageRecord[]) =>
    embedRecords(embedder, loader, records, config.inputSize);
  const { rankings, oddRows } = await rankSets(dataset.evaluation, embed, config.protocol);
  const test = summarizeRankings(listRankings(rankings), ks, rankings.leftOutCount);
  const held = heldOut.length === 0
    ? null
    : await rankSets({ kind: "self", images: heldOut }, embed, config.protocol);
  const evaluation = {
    test,
    testRecallAt1: recallAt1(rankings),
    heldOutRecallAt1: held && recallAt1(held.rankings),
    seconds: (performance.now() - startMs) / 1000,
  };
  return { evaluation, rankings, oddRows };
}

/** Recall@1 of images in each other, percent: what held-out classes are scored by. */
export async function scoreHeldOut(
  { config, heldOut, loader, embedder }: Omit<EvaluationParts, "dataset">,
): Promise<number> {
  const embeddings = await embedRecords(embedder, loader, heldOut, config.inputSize);
  return recallAt1(await rankSelfRetrieval(embeddings, labelsOf(heldOut), config.protocol));
}

type Embed = (records: readonly ImageRecord[]) => ReturnType<typeof embedRecords>;

async function rankSets(
  sets: EvaluationSets,
  embed: Embed,
  protocol: Protocol,
): Promise<{ readonly rankings: RetrievalRankings; readonly oddRows: OddRows }> {
  if (sets.kind === "self") {
    const images = await embed(sets.images);
    const rankings = await rankSelfRetrieval(images, labelsOf(sets.images), protocol);
    return { rankings, oddRows: countOddRowsOf([images]) };
  }
  const [queries, gallery] = [await embed(sets.queries), await embed(sets.gallery)];
  const [queryLabels, galleryLabels] = [labelsOf(sets.queries), labelsOf(sets.gallery)];
  return {
    rankings: await rankGalleryRetrieval(queries, queryLabels, gallery, galleryLabels, protocol),
    oddRows: countOddRowsOf([queries, gallery]),
  };
}

function labelsOf(records: readonly ImageRecord[]): number[] {
  return records.map(({ classIndex }) => classIndex);
}

function recallAt1(rankings: RetrievalRankings): number {
  return meanPercent(recallMetric(1), listRankings(rankings));
}
