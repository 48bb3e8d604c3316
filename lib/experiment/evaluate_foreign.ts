/** Metrics of a trained network that another program saved, on the test set of any dataset. */

import { basename, join } from "@std/path";
import type { Backend } from "../backend/backend.ts";
import type { Protocol } from "../dataset/protocol.ts";
import type { Profile } from "../dataset/record.ts";
import type { Workspace } from "../dataset/workspace.ts";
import { InputError } from "../errors.ts";
import type { NothingToFind } from "../eval/nothing_to_find.ts";
import { hashFile } from "../file/hash.ts";
import { createImageLoader } from "../image/loader.ts";
import { toLine } from "../results/rows/cell_rule.ts";
import { upsertRows } from "../results/rows/csv_store.ts";
import { EXTERNAL_SCHEMA, type ExternalRow } from "../results/rows/external_row.ts";
import { metricCells } from "../results/rows/metric_cells.ts";
import { readCommit } from "../results/rows/checkout.ts";
import { countInSets } from "./count_in_sets.ts";
import { checkToldApart } from "./check_told_apart.ts";
import { evaluateEmbedder } from "./evaluate_embedder.ts";
import { openForeignEmbedder } from "./open_foreign_embedder.ts";
import { openRunDataset } from "./open_run_dataset.ts";

/** What to evaluate and where. */
export interface EvaluateForeignOptions extends Workspace {
  /** A file of weights: backbone and head. */
  readonly path: string;
  readonly profile: Profile;
  /** Name of a converted dataset, or of the class folders. */
  readonly dataset: string;
  readonly protocol: Protocol;
  /** Pixels of the shorter side before the crop. */
  readonly resizeSize: number;
  /** Pixels of the central crop. */
  readonly inputSize: number;
  readonly backend: Backend;
}

/** What came of evaluating. */
export interface EvaluatedForeign {
  /** As it was stored. */
  readonly row: ExternalRow;
  /** Queries that no network could have served. */
  readonly nothingToFind: NothingToFind;
  /** The network in a line: backbone, head, classes of the proxies, where it was in the file. */
  readonly description: string;
}

/**
 * Evaluates a network by the rules of a run and stores the row in `external.csv`: the file of weights stands for the
 * embeddings that they made, the dataset for the labels.
 *
 * @throws {InputError} If the weights are those of no backbone with a head, the dataset is not there, or the crop is larger
 * than the image.
 */
export async function evaluateForeign(options: EvaluateForeignOptions): Promise<EvaluatedForeign> {
  const { path, protocol, resizeSize, inputSize, resultsRoot, backend } = options;
  if (resizeSize < inputSize) {
    throw new InputError(
      `Cannot crop images as resize-size must be at least input-size (${inputSize}): it is ${resizeSize}`,
    );
  }
  const { embedder, proxies, stateKey, otherStateKeys } = await openForeignEmbedder(path);
  try {
    const { backbone, embeddingSize } = embedder;
    const dataset = await openRunDataset(options, options);
    const preset = { ...backbone.preset, resizeSize, inputSize };
    const loader = createImageLoader({ folder: dataset.folder, preset, cacheBytes: 0 });
    const config = { dataset: options.dataset, protocol, inputSize };
    const parts = { config, dataset, heldOut: [], loader, embedder };
    const { evaluation: { test }, oddRows } = await evaluateEmbedder(parts);
    checkToldApart(path, oddRows);
    const row: ExternalRow = {
      embeddings: toLine(basename(path)),
      embeddings_hash: await hashFile(path),
      labels_hash: dataset.dataHash,
      queries: null,
      queries_hash: null,
      query_labels_hash: null,
      protocol,
      embedding_size: embeddingSize,
      ...metricCells(test),
      query_count: test.queryCount,
      left_out_count: test.leftOutCount,
      backend: backend.name,
      commit: await readCommit("."),
    };
    await upsertRows(join(resultsRoot, "external.csv"), EXTERNAL_SCHEMA, [row]);
    const others = otherStateKeys.length > 0 ? `, not ${otherStateKeys.join(", ")}` : "";
    const description = [
      `${backbone.name} with a head of ${embeddingSize} dimensions`,
      ...(proxies ? [`proxies of ${proxies.shape[0]} classes`] : []),
      ...(stateKey || others ? [`taken from ${stateKey || "the whole file"}${others}`] : []),
      `crops of ${inputSize} px from ${resizeSize} px`,
    ].join(", ");
    return { row, nothingToFind: countInSets(dataset.evaluation), description };
  } finally {
    embedder.dispose();
  }
}
