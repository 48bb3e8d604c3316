/** CUB200, CARS196, SOP: every test image queries the others. */

import type { QueryRanking } from "./metric_definitions.ts";
import { rankQuery, type RetrievalMetrics, summarizeRankings } from "./metrics.ts";
import { type EmbeddingMatrix, neighborBlocks } from "./neighbors.ts";
import { checkRetrieval, countLabels, type RetrievalOptions } from "./retrieval_options.ts";

/** Where protocol `published` cuts its neighbor lists. */
const PUBLISHED_LIST_LENGTH = 1000;

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
 * @param labels N classes.
 * @param options K of Recall@K, and the protocol.
 * @returns Percent.
 * @throws {RangeError} If labels or K are wrong, or the matrix is not filled.
 * @throws {InputError} If an embedding is not finite, or `corrected` leaves out every query.
 */
export async function evaluateSelfRetrieval(
  embeddings: EmbeddingMatrix,
  labels: readonly number[],
  options: RetrievalOptions,
): Promise<RetrievalMetrics> {
  const { ks, protocol } = options;
  checkRetrieval("the test set", embeddings.rowCount, labels, ks);
  const isPublished = protocol === "published";
  const classSizes = countLabels(labels);
  const largestR = Math.max(...classSizes.values()) - 1;
  const needed = Math.max(...ks, largestR);
  const [count, droppedCount] = isPublished
    ? [1 + Math.min(needed, PUBLISHED_LIST_LENGTH), 1]
    : [needed, 0];
  const rankings: QueryRanking[] = [];
  if (!isPublished && largestR === 0) return summarizeRankings([], ks, labels.length);
  const blocks = neighborBlocks(embeddings, embeddings, count, { excludeSelf: !isPublished });
  for await (const { firstQuery, queryCount, count: length, indices } of blocks) {
    const neighborLabels = Int32Array.from(indices, (index) => labels[index]!);
    for (let i = 0; i < queryCount; i++) {
      const label = labels[firstQuery + i]!;
      const relevantCount = classSizes.get(label)! - 1;
      if (!isPublished && relevantCount === 0) continue;
      const list = neighborLabels.subarray(i * length + droppedCount, (i + 1) * length);
      rankings.push(rankQuery(list, label, relevantCount));
    }
  }
  return summarizeRankings(rankings, ks, labels.length - rankings.length);
}
