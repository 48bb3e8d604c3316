/** Metrics of embeddings that were made anywhere. */

import { basename, join } from "@std/path";
import type { Backend } from "../backend/backend.ts";
import type { Protocol } from "../dataset/protocol.ts";
import { InputError } from "../errors.ts";
import type { EmbeddingMatrix } from "../eval/embedding_matrix.ts";
import { evaluateGalleryRetrieval } from "../eval/gallery_retrieval.ts";
import { readEmbeddings, readLabels } from "../eval/read_embeddings.ts";
import { evaluateSelfRetrieval } from "../eval/self_retrieval.ts";
import { hashFile } from "../file/hash.ts";
import { upsertRows } from "../results/rows/csv_store.ts";
import { EXTERNAL_SCHEMA, type ExternalRow } from "../results/rows/external_row.ts";
import { metricCells } from "../results/rows/metric_cells.ts";
import { readCommit } from "../results/rows/provenance.ts";

/** Files of embeddings and their labels. */
export interface EmbeddingFiles {
  /** See `readEmbeddings`. */
  readonly embeddings: string;
  /** See `readLabels`; may be the same file. */
  readonly labels: string;
}

/** What to score. */
export interface ScoreEmbeddingsOptions {
  /** Images that query each other; with `queries`, those that are looked up. */
  readonly images: EmbeddingFiles;
  readonly queries?: EmbeddingFiles;
  /** K of Recall@K. */
  readonly ks: readonly number[];
  readonly protocol: Protocol;
  readonly resultsRoot: string;
  readonly backend: Backend;
}

interface LabeledEmbeddings {
  readonly embeddings: EmbeddingMatrix;
  readonly labels: readonly string[];
}

/**
 * Scores embeddings and stores the row in `external.csv`.
 *
 * @throws {InputError} If a file cannot be read, or its rows, columns and labels do not belong together.
 */
export async function scoreEmbeddings(options: ScoreEmbeddingsOptions): Promise<ExternalRow> {
  const { images, queries, ks, protocol, resultsRoot, backend } = options;
  const imageSet = await readSet(images);
  const querySet = queries && await readSet(queries);
  const indexOf = createIndexer();
  const labels = imageSet.labels.map(indexOf);
  const { columnCount } = imageSet.embeddings;
  if (querySet && querySet.embeddings.columnCount !== columnCount) {
    throw new InputError(
      `${queries.embeddings}: Cannot score embeddings as queries must have the ${columnCount} columns of ` +
        `${images.embeddings}: they have ${querySet.embeddings.columnCount}`,
    );
  }
  const metrics = querySet
    ? await evaluateGalleryRetrieval(
      querySet.embeddings,
      querySet.labels.map(indexOf),
      imageSet.embeddings,
      labels,
      { ks, protocol },
    )
    : await evaluateSelfRetrieval(imageSet.embeddings, labels, { ks, protocol });
  const row: ExternalRow = {
    embeddings: basename(images.embeddings),
    embeddings_hash: await hashFile(images.embeddings),
    labels_hash: await hashFile(images.labels),
    queries: queries ? basename(queries.embeddings) : null,
    queries_hash: queries ? await hashFile(queries.embeddings) : null,
    query_labels_hash: queries ? await hashFile(queries.labels) : null,
    protocol,
    embedding_size: columnCount,
    ...metricCells(metrics),
    query_count: metrics.queryCount,
    left_out_count: metrics.leftOutCount,
    backend: backend.name,
    commit: await readCommit("."),
  };
  await upsertRows(join(resultsRoot, "external.csv"), EXTERNAL_SCHEMA, [row]);
  return row;
}

async function readSet(files: EmbeddingFiles): Promise<LabeledEmbeddings> {
  const embeddings = await readEmbeddings(files.embeddings);
  const labels = await readLabels(files.labels);
  if (labels.length === embeddings.rowCount) return { embeddings, labels };
  throw new InputError(
    `${files.labels}: Cannot score embeddings as there must be a label for each of the ` +
      `${embeddings.rowCount} rows of ${files.embeddings}: there are ${labels.length}`,
  );
}

/** Numbers for texts, in the order in which they first come. */
function createIndexer(): (label: string) => number {
  const indices = new Map<string, number>();
  return (label) => {
    if (!indices.has(label)) indices.set(label, indices.size);
    return indices.get(label)!;
  };
}
