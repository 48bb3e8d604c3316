/** Metrics of a network on the test set, and on held-out training classes where there are any. */

import { traitsOf } from "../dataset/datasets.ts";
import type { Dataset, EvaluationSets, ImageRecord } from "../dataset/record.ts";
import type { Protocol } from "../dataset/protocol.ts";
import { embedRecords } from "../eval/embed_records.ts";
import { evaluateGalleryRetrieval } from "../eval/gallery_retrieval.ts";
import { checkRecallColumns } from "../eval/metric_definitions.ts";
import type { RetrievalMetrics } from "../eval/metrics.ts";
import { evaluateSelfRetrieval } from "../eval/self_retrieval.ts";
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
  readonly embedder: Pick<Embedder, "embedEvaluation">;
}

/** Evaluates the network as it is, by the protocol of its run. */
export async function evaluateEmbedder(parts: EvaluationParts): Promise<EpochEvaluation> {
  const { config, dataset, heldOut, loader, embedder } = parts;
  const startMs = performance.now();
  const { recallKs: ks } = traitsOf(config.dataset);
  checkRecallColumns(ks, config.dataset);
  const embed = (records: readonly ImageRecord[]) =>
    embedRecords(embedder, loader, records, config.inputSize);
  const test = await evaluateSets(dataset.evaluation, embed, ks, config.protocol);
  const held = heldOut.length === 0
    ? null
    : await evaluateSets({ kind: "self", images: heldOut }, embed, [1], config.protocol);
  return {
    test,
    testRecallAt1: recallAt1(test),
    heldOutRecallAt1: held && recallAt1(held),
    seconds: (performance.now() - startMs) / 1000,
  };
}

type Embed = (records: readonly ImageRecord[]) => ReturnType<typeof embedRecords>;

async function evaluateSets(
  sets: EvaluationSets,
  embed: Embed,
  ks: readonly number[],
  protocol: Protocol,
): Promise<RetrievalMetrics> {
  if (sets.kind === "self") {
    const embeddings = await embed(sets.images);
    return evaluateSelfRetrieval(embeddings, labelsOf(sets.images), { ks, protocol });
  }
  const [queries, gallery] = [await embed(sets.queries), await embed(sets.gallery)];
  const [queryLabels, galleryLabels] = [labelsOf(sets.queries), labelsOf(sets.gallery)];
  return evaluateGalleryRetrieval(queries, queryLabels, gallery, galleryLabels, { ks, protocol });
}

function labelsOf(records: readonly ImageRecord[]): number[] {
  return records.map(({ classIndex }) => classIndex);
}

function recallAt1(metrics: RetrievalMetrics): number {
  return metrics.recallAtK.find(({ k }) => k === 1)!.percent;
}
