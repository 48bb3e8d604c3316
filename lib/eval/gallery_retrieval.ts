/** IN_SHOP: queries are looked up in a separate gallery. */

import { checkProtocol, type Protocol } from "../dataset/protocol.ts";
import { allRows } from "./class_layout.ts";
import {
  checkColumns,
  type EmbeddingMatrix,
  type EmbeddingSource,
  openEmbeddings,
} from "./embedding_matrix.ts";
import { type RetrievalMetrics, summarizeRankings } from "./metrics.ts";
import { rankImages } from "./rank_images.ts";
import {
  checkKs,
  checkLabels,
  checkQueryRows,
  type RetrievalOptions,
} from "./retrieval_options.ts";
import { listRankings, readRankings, type RetrievalRankings } from "./retrieval_rankings.ts";
import { PUBLISHED_LIST_LENGTH } from "./self_retrieval.ts";
import { UnitRows } from "./unit_rows.ts";

/**
 * Evaluates queries against a gallery; R is the number of the query's images in the gallery.
 *
 * - `published`: a query is a hit at K if fewer than K images of other classes are strictly more similar than its best
 *   image, so that ties are hits. A query without an image in the gallery is a miss, and makes MAP@R and R-Precision NaN;
 *   their lists are cut at 1,000.
 * - `corrected`: ties break by (similarity, then index); a query with nothing to find is left out and counted.
 *
 * @param queries [Q, D] rows of any length.
 * @param queryLabels Q classes: finite numbers, equal for images of one class.
 * @param gallery [G, D] rows of any length.
 * @param galleryLabels G classes.
 * @param options K of Recall@K, and the protocol.
 * @returns Percent.
 * @throws {RangeError} If labels, K or protocol are wrong, or sizes disagree.
 * @throws {InputError} If an embedding is not finite, or `corrected` leaves out every query.
 */
export async function evaluateGalleryRetrieval(
  queries: EmbeddingMatrix | EmbeddingSource,
  queryLabels: readonly number[],
  gallery: EmbeddingMatrix | EmbeddingSource,
  galleryLabels: readonly number[],
  { ks, protocol }: RetrievalOptions,
): Promise<RetrievalMetrics> {
  checkKs(ks);
  const rankings = await rankGalleryRetrieval(
    ...[queries, queryLabels, gallery, galleryLabels, protocol] as const,
  );
  return summarizeRankings(listRankings(rankings), ks, rankings.leftOutCount);
}

/**
 * Ranks a gallery for queries: {@linkcode evaluateGalleryRetrieval} before its means.
 *
 * @param queryRows Rows of the queries that count, ascending, for an evaluation in parts. @default all
 * @throws As {@linkcode evaluateGalleryRetrieval}, and {RangeError} if `queryRows` do not ascend within [0, Q).
 */
export async function rankGalleryRetrieval(
  queries: EmbeddingMatrix | EmbeddingSource,
  queryLabels: readonly number[],
  gallery: EmbeddingMatrix | EmbeddingSource,
  galleryLabels: readonly number[],
  protocol: Protocol,
  queryRows: Int32Array = allRows(queryLabels.length),
): Promise<RetrievalRankings> {
  checkProtocol(protocol, "evaluate retrieval");
  checkLabels("the query set", queries.rowCount, queryLabels);
  checkQueryRows(queryRows, queries.rowCount);
  checkLabels("the gallery", gallery.rowCount, galleryLabels);
  const [querySource, imageSource] = [
    openEmbeddings("queries", queries),
    openEmbeddings("gallery", gallery),
  ];
  checkColumns(querySource, imageSource);
  const isPublished = protocol === "published";
  const longest = isPublished ? PUBLISHED_LIST_LENGTH : Infinity;
  const rules = {
    queryLabels,
    queryRows,
    imageLabels: galleryLabels,
    self: "none",
    capacityOf: (classSize: number) => Math.min(classSize, longest),
    isStrict: isPublished,
  } as const;
  const ranked = await rankImages(
    rules,
    new UnitRows("queries", querySource, protocol),
    new UnitRows("gallery", imageSource, protocol),
  );
  return readRankings(ranked, rules, {
    droppedCount: 0,
    relevantCount: ({ classSize }) => isPublished || classSize > 0 ? classSize : null,
    firstHitRank: ({ classSize, aboveBest }) => classSize > 0 ? 1 + aboveBest : Infinity,
  });
}
