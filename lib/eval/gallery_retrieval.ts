/** IN_SHOP: queries are looked up in a separate gallery. */

import type { EmbeddingMatrix } from "./embedding_matrix.ts";
import type { QueryRanking } from "./metric_definitions.ts";
import { rankQuery, type RetrievalMetrics, summarizeRankings } from "./metrics.ts";
import { checkRetrieval, countLabels, type RetrievalOptions } from "./retrieval_options.ts";
import { selectLargest } from "./select_largest.ts";
import { similarityBlocks } from "./similarity_blocks.ts";

/** A set of images: their embeddings [N, D], rows of any length, and N classes. */
interface LabeledEmbeddings {
  readonly embeddings: EmbeddingMatrix;
  readonly labels: readonly number[];
}

/**
 * Evaluates queries against a gallery; R is the number of the query's images in the gallery.
 *
 * - `published`: a query is a hit at K if fewer than K images of other classes are strictly more similar than its best
 *   image, so that ties are hits. A query without an image in the gallery is a miss, and makes MAP@R and R-Precision NaN.
 * - `corrected`: ties break by (similarity, then index); a query with nothing to find is left out and counted.
 *
 * @param queries [Q, D] rows of any length.
 * @param queryLabels Q classes.
 * @param gallery [G, D] rows of any length.
 * @param galleryLabels G classes.
 * @param options K of Recall@K, and the protocol.
 * @returns Percent.
 * @throws {RangeError} If labels or K are wrong, or sizes disagree.
 * @throws {InputError} If an embedding is not finite, or `corrected` leaves out every query.
 */
export async function evaluateGalleryRetrieval(
  queries: EmbeddingMatrix,
  queryLabels: readonly number[],
  gallery: EmbeddingMatrix,
  galleryLabels: readonly number[],
  options: RetrievalOptions,
): Promise<RetrievalMetrics> {
  checkRetrieval("the query set", queries.rowCount, queryLabels, options.ks);
  checkRetrieval("the gallery", gallery.rowCount, galleryLabels, options.ks);
  const rankings = await rankQueries(
    { embeddings: queries, labels: queryLabels },
    { embeddings: gallery, labels: galleryLabels },
    options,
  );
  return summarizeRankings(rankings, options.ks, queryLabels.length - rankings.length);
}

async function rankQueries(
  queries: LabeledEmbeddings,
  gallery: LabeledEmbeddings,
  { ks, protocol }: RetrievalOptions,
): Promise<QueryRanking[]> {
  const isPublished = protocol === "published";
  const classSizes = countLabels(gallery.labels);
  const size = gallery.labels.length;
  const selected = new Int32Array(Math.min(size, Math.max(...ks, ...classSizes.values())));
  const rankings: QueryRanking[] = [];
  for await (const block of similarityBlocks(queries.embeddings, gallery.embeddings)) {
    for (let i = 0; i < block.queryCount; i++) {
      const label = queries.labels[block.firstQuery + i]!;
      const relevantCount = classSizes.get(label) ?? 0;
      if (!isPublished && relevantCount === 0) continue;
      const similarities = block.similarities.subarray(i * size, (i + 1) * size);
      selectLargest(similarities, selected.length, -1, selected);
      const neighborLabels = Int32Array.from(selected, (index) => gallery.labels[index]!);
      const ranking = rankQuery(neighborLabels, label, relevantCount);
      const firstHitRank = isPublished
        ? rankAmongGreater(similarities, gallery.labels, label)
        : ranking.firstHitRank;
      rankings.push({ ...ranking, firstHitRank });
    }
  }
  return rankings;
}

/** 1 + the number of images of other classes that are strictly more similar than the best of the own class. */
function rankAmongGreater(
  similarities: Float32Array,
  labels: readonly number[],
  queryLabel: number,
): number {
  let best = -Infinity;
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] === queryLabel && similarities[i]! > best) best = similarities[i]!;
  }
  if (best === -Infinity) return Infinity;
  let greaterCount = 0;
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] !== queryLabel && similarities[i]! > best) greaterCount++;
  }
  return 1 + greaterCount;
}
