/**
 * Evaluation: neighbors of embeddings [N, D], and Recall@K, MAP@R and R-Precision of them. It needs tfjs alone and no
 * permission, and runs in a browser.
 *
 * `embedRecords`, which makes the embeddings of image files, is in the package's main entry.
 *
 * @module
 */

export { InputError } from "../errors.ts";
export { type Protocol, PROTOCOLS } from "../dataset/protocol.ts";
export type { EmbeddingMatrix, EmbeddingSource } from "./embedding_matrix.ts";
export { findNeighbors, type FindNeighborsOptions, type NeighborLists } from "./neighbors.ts";
export { MEAN_METRICS, type MeanProperty } from "./metric_definitions.ts";
export type { RecallAtK, RetrievalMetrics } from "./metrics.ts";
export type { RetrievalOptions } from "./retrieval_options.ts";
export { evaluateSelfRetrieval, rankSelfRetrieval } from "./self_retrieval.ts";
export { evaluateGalleryRetrieval, rankGalleryRetrieval } from "./gallery_retrieval.ts";
export type { RetrievalRankings } from "./retrieval_rankings.ts";
export type { QueryRanking } from "./metric_definitions.ts";
