/** Metrics of embeddings that were made anywhere. */

import { basename, join } from "@std/path";
import type { Backend } from "../backend/backend.ts";
import type { Protocol } from "../dataset/protocol.ts";
import { checkSearched } from "../dataset/check_searched.ts";
import { InputError, UsageError } from "../errors.ts";
import { type EmbeddingFile, openEmbeddingFile } from "../eval/embedding_file.ts";
import { rankGalleryRetrieval } from "../eval/gallery_retrieval.ts";
import { summarizeRankings } from "../eval/metrics.ts";
import { countNothingToFind, type NothingToFind } from "../eval/nothing_to_find.ts";
import { countOddRowsOf, type OddRows } from "../eval/odd_rows.ts";
import { readLabels, readLabelsBeside } from "../eval/read_embeddings.ts";
import { listRankings, type RetrievalRankings } from "../eval/retrieval_rankings.ts";
import { rankSelfRetrieval } from "../eval/self_retrieval.ts";
import { hashBytes, hashFile } from "../file/hash.ts";
import { toLine } from "../results/rows/cell_rule.ts";
import { upsertRows } from "../results/rows/csv_store.ts";
import { EXTERNAL_SCHEMA, type ExternalRow } from "../results/rows/external_row.ts";
import { metricCells } from "../results/rows/metric_cells.ts";
import { readCommit } from "../results/rows/checkout.ts";
import type { Shard } from "../shard.ts";
import { exchangeParts, listShardRows } from "./ranking_parts.ts";

/** Files of embeddings and their labels. */
export interface EmbeddingFiles {
  /** See `readEmbeddings`. */
  readonly embeddings: string;
  /** See `readLabels`; left out if the file of embeddings has them too. */
  readonly labels?: string;
  /** Of labels that are a table: see `readLabels`. */
  readonly labelColumn?: string;
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
  /** Which part of the queries this process ranks; `shards/` of the results keeps it for the last one. @default all of them */
  readonly shard?: Shard;
}

interface LabeledEmbeddings {
  readonly embeddings: EmbeddingFile;
  readonly labels: readonly string[];
}

/** What came of scoring. */
export interface ScoredEmbeddings {
  /** As it was stored; `null` while another part of the queries is missing. */
  readonly row: ExternalRow | null;
  /** Queries that no embedding could have served. */
  readonly nothingToFind: NothingToFind;
  /** Of the images, and of the queries where they are others. */
  readonly oddRows: OddRows;
}

/**
 * Scores embeddings and stores the row in `external.csv`.
 *
 * @throws {InputError} If a file cannot be read, its rows, columns and labels do not belong together, no query has an
 * image of its class to find, or all images that are searched are of one class.
 * @throws {UsageError} If labels are neither named nor in the file.
 */
export async function scoreEmbeddings(options: ScoreEmbeddingsOptions): Promise<ScoredEmbeddings> {
  const { images, queries, resultsRoot } = options;
  const imageSet = await readSet(images, "labels");
  using _images = imageSet.embeddings;
  const querySet = queries && await readSet(queries, "query-labels");
  using _queries = querySet?.embeddings;
  const nothingToFind = querySet
    ? countNothingToFind(querySet.labels, imageSet.labels)
    : countNothingToFind(imageSet.labels);
  checkAnyFindable(nothingToFind, queries ?? images);
  const place = images.labels ?? images.embeddings;
  checkSearched(`${place}: Cannot score embeddings`, imageSet.labels, "labels");
  const { columnCount } = imageSet.embeddings;
  if (querySet && querySet.embeddings.columnCount !== columnCount) {
    throw new InputError(
      `${queries.embeddings}: Cannot score embeddings as queries must have the ${columnCount} columns of ` +
        `${images.embeddings}: they have ${querySet.embeddings.columnCount}`,
    );
  }
  const oddRows = countOddRowsOf(
    [imageSet, ...(querySet ? [querySet] : [])].map(({ embeddings }) => embeddings),
  );
  const ground = await describeGround(options, columnCount);
  const rankings = await rankSets(imageSet, querySet, options, ground);
  if (rankings === null) return { row: null, nothingToFind, oddRows };
  const { queryRows, leftOutCount } = rankings;
  const row: ExternalRow = {
    ...ground,
    ...metricCells(summarizeRankings(listRankings(rankings), options.ks, leftOutCount)),
    query_count: queryRows.length,
    left_out_count: leftOutCount,
    backend: options.backend.name,
    commit: await readCommit("."),
  };
  await upsertRows(join(resultsRoot, "external.csv"), EXTERNAL_SCHEMA, [row]);
  return { row, nothingToFind, oddRows };
}

/** What a row is about. */
async function describeGround(
  { images, queries, protocol }: ScoreEmbeddingsOptions,
  columnCount: number,
) {
  return {
    embeddings: toLine(basename(images.embeddings)),
    embeddings_hash: await hashFile(images.embeddings),
    labels_hash: await hashLabels(images),
    queries: queries ? toLine(basename(queries.embeddings)) : null,
    queries_hash: queries ? await hashFile(queries.embeddings) : null,
    query_labels_hash: queries ? await hashLabels(queries) : null,
    protocol,
    embedding_size: columnCount,
  };
}

/** @returns `null` while another part of the queries is missing. */
async function rankSets(
  imageSet: LabeledEmbeddings,
  querySet: LabeledEmbeddings | undefined,
  { protocol, shard, resultsRoot, backend }: ScoreEmbeddingsOptions,
  ground: Awaited<ReturnType<typeof describeGround>>,
): Promise<RetrievalRankings | null> {
  const indexOf = createIndexer();
  const labels = imageSet.labels.map(indexOf);
  const queryCount = (querySet ?? imageSet).labels.length;
  const queryRows = shard && listShardRows(queryCount, shard);
  const rankings = querySet
    ? await rankGalleryRetrieval(
      querySet.embeddings,
      querySet.labels.map(indexOf),
      imageSet.embeddings,
      labels,
      protocol,
      queryRows,
    )
    : await rankSelfRetrieval(imageSet.embeddings, labels, protocol, queryRows);
  if (!shard) return rankings;
  const key = JSON.stringify({ ...ground, backend, commit: await readCommit(".") });
  return await exchangeParts(join(resultsRoot, "shards"), key, shard, rankings);
}

/** @param flag The flag that names labels, for errors. */
async function readSet(files: EmbeddingFiles, flag: string): Promise<LabeledEmbeddings> {
  const labels = files.labels === undefined
    ? await readLabelsBeside(files.embeddings)
    : await readLabels(files.labels, files.labelColumn);
  if (labels === null) {
    throw new UsageError(
      `${files.embeddings}: Cannot score embeddings as their labels must be in the file, as entry labels, ` +
        `or be given with --${flag} FILE: they are neither`,
    );
  }
  const embeddings = await openEmbeddingFile(files.embeddings);
  if (labels.length === embeddings.rowCount) return { embeddings, labels };
  throw new InputError(
    `${
      files.labels ?? files.embeddings
    }: Cannot score embeddings as there must be a label for each of the ` +
      `${embeddings.rowCount} rows of ${files.embeddings}: there are ${labels.length}`,
  );
}

function checkAnyFindable({ count, queryCount }: NothingToFind, files: EmbeddingFiles): void {
  if (count < queryCount) return;
  throw new InputError(
    `${
      files.labels ?? files.embeddings
    }: Cannot score embeddings as a query must have an image of its class to find: ` +
      `it is so for 0 of ${queryCount}; are all labels written alike?`,
  );
}

/** Of the file of labels; of this hash and the column, where a column was chosen. */
async function hashLabels({ embeddings, labels, labelColumn }: EmbeddingFiles): Promise<string> {
  const hash = await hashFile(labels ?? embeddings);
  return labelColumn === undefined ? hash : hashBytes(`${hash}\n${labelColumn}`);
}

/** Numbers for texts, in the order in which they first come. */
function createIndexer(): (label: string) => number {
  const indices = new Map<string, number>();
  return (label) => {
    if (!indices.has(label)) indices.set(label, indices.size);
    return indices.get(label)!;
  };
}
