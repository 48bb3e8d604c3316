/** CUB200, CARS196, SOP: every test image queries the others. */

import { checkProtocol, type Protocol } from "../dataset/protocol.ts";
import { allRows } from "./class_layout.ts";
import { type EmbeddingMatrix, type EmbeddingSource, openEmbeddings } from "./embedding_matrix.ts";
import { type RetrievalMetrics, summarizeRankings } from "./metrics.ts";
import { rankImages } from "./rank_images.ts";
import type { RankingRules } from "./ranking_task.ts";
import {
  checkKs,
  checkLabels,
  checkQueryRows,
  type RetrievalOptions,
} from "./retrieval_options.ts";
import {
  listRankings,
  type RankingReader,
  readRankings,
  type RetrievalRankings,
} from "./retrieval_rankings.ts";
import { UnitRows } from "./unit_rows.ts";

/** Where protocol `published` cuts its neighbor lists. */
export const PUBLISHED_LIST_LENGTH = 1000;

/**
 * Evaluates images that query each other; R is the size of the query's class less 1.
 *
 * - `published`: the first neighbor is dropped as the query itself, even where it is an equal image with a lower index,
 *   so that the query then finds itself. Lists are cut at 1,000: what is missing from a larger class counts as a miss.
 *   A class with one image has R = 0, is a miss in Recall@K, and makes MAP@R and R-Precision NaN.
 * - `corrected`: the query is removed by its index, R is exact, ties break by (similarity, then index), and an image
 *   that is alone in its class is left out and counted.
 *
 * @param embeddings [N, D] rows of any length.
 * @param labels N classes: finite numbers, equal for images of one class.
 * @param options K of Recall@K, and the protocol.
 * @returns Percent.
 * @throws {RangeError} If labels, K or protocol are wrong, or the matrix is not filled.
 * @throws {InputError} If an embedding is not finite, or `corrected` leaves out every query.
 */
export async function evaluateSelfRetrieval(
  embeddings: EmbeddingMatrix | EmbeddingSource,
  labels: readonly number[],
  { ks, protocol }: RetrievalOptions,
): Promise<RetrievalMetrics> {
  checkKs(ks);
  const rankings = await rankSelfRetrieval(embeddings, labels, protocol);
  return summarizeRankings(listRankings(rankings), ks, rankings.leftOutCount);
}

/**
 * Ranks the images for each other: {@linkcode evaluateSelfRetrieval} before its means.
 *
 * @param queryRows Rows that are queries, ascending, for an evaluation in parts. @default all
 * @throws As {@linkcode evaluateSelfRetrieval}, and {RangeError} if `queryRows` do not ascend within [0, N).
 */
export async function rankSelfRetrieval(
  embeddings: EmbeddingMatrix | EmbeddingSource,
  labels: readonly number[],
  protocol: Protocol,
  queryRows: Int32Array = allRows(labels.length),
): Promise<RetrievalRankings> {
  checkProtocol(protocol, "evaluate retrieval");
  checkLabels("the test set", embeddings.rowCount, labels);
  checkQueryRows(queryRows, embeddings.rowCount);
  const rows = new UnitRows("queries", openEmbeddings("queries", embeddings), protocol);
  const { rules, reader } = protocol === "published" ? PUBLISHED : CORRECTED;
  const all = { queryLabels: labels, queryRows, imageLabels: labels, isStrict: false, ...rules };
  return readRankings(await rankImages(all, rows, rows), all, reader);
}

/** How a protocol ranks, and reads what was ranked. */
interface SelfProtocol {
  readonly rules: Pick<RankingRules, "self" | "capacityOf">;
  readonly reader: RankingReader;
}

/** The query is an image of its class like the others; whichever image comes first is dropped. */
const PUBLISHED: SelfProtocol = {
  rules: {
    self: "kept",
    capacityOf: (classSize) => 1 + Math.min(classSize - 1, PUBLISHED_LIST_LENGTH),
  },
  reader: {
    droppedCount: 1,
    relevantCount: ({ classSize }) => classSize - 1,
    firstHitRank({ classSize, aboveBest, aboveSecond }) {
      const isBestDropped = aboveBest === 0;
      if (isBestDropped && classSize === 1) return Infinity;
      const rank = isBestDropped ? aboveSecond : aboveBest; // less the dropped one, and 1 more
      return rank <= PUBLISHED_LIST_LENGTH ? rank : Infinity;
    },
  },
};

const CORRECTED: SelfProtocol = {
  rules: { self: "left out", capacityOf: (classSize) => classSize - 1 },
  reader: {
    droppedCount: 0,
    relevantCount: ({ classSize }) => classSize > 1 ? classSize - 1 : null,
    firstHitRank: ({ aboveBest }) => 1 + aboveBest,
  },
};
