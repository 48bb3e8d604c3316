/** Metrics of stored weights, whenever and wherever they were trained. */

import { join } from "@std/path";
import type { Backend } from "../backend/backend.ts";
import type { Protocol } from "../dataset/protocol.ts";
import type { Workspace } from "../dataset/workspace.ts";
import type { NothingToFind } from "../eval/nothing_to_find.ts";
import { createImageLoader } from "../image/loader.ts";
import { buildResultRow } from "../results/rows/build_result_row.ts";
import { upsertRows } from "../results/rows/csv_store.ts";
import { collectMachineFacts } from "../results/rows/machine_facts.ts";
import { EVAL_SCHEMA, type ResultRow } from "../results/rows/row.ts";
import { countInSets } from "./count_in_sets.ts";
import { evaluateEmbedder } from "./evaluate_embedder.ts";
import { openEmbedder } from "./open_embedder.ts";
import { openRunDataset } from "./open_run_dataset.ts";

/** What to evaluate and where. */
export interface EvaluateWeightsOptions extends Workspace {
  /** A file of `writeStoredWeights`. */
  readonly path: string;
  /** Rules of evaluation; those of the run, if left out. */
  readonly protocol?: Protocol;
  readonly backend: Backend;
}

/** What came of evaluating. */
export interface EvaluatedWeights {
  /** As it was stored. */
  readonly row: ResultRow;
  /** Queries that no network could have served. */
  readonly nothingToFind: NothingToFind;
}

/**
 * Evaluates stored weights on the test set of their run and stores the row in `eval.csv`.
 *
 * @throws {InputError} If the file is no weights file of this project, or the dataset is not there.
 */
export async function evaluateWeights(options: EvaluateWeightsOptions): Promise<EvaluatedWeights> {
  const { path, resultsRoot, backend } = options;
  const { stored, embedder, preset } = await openEmbedder(path);
  const config = { ...stored.config, protocol: options.protocol ?? stored.config.protocol };
  try {
    const dataset = await openRunDataset(config, options);
    const loader = createImageLoader({
      folder: dataset.folder,
      remedy: dataset.remedy,
      preset,
      cacheBytes: 0,
    });
    const parts = { config, dataset, heldOut: [], loader, embedder };
    const { evaluation } = await evaluateEmbedder(parts);
    const trained = {
      config: stored.config,
      backend,
      dataset,
      weightsName: null,
      machine: await collectMachineFacts(backend),
      energyJoules: null,
    };
    const trainedRow = buildResultRow(trained, {
      ...stored,
      test: evaluation.test,
      meanLoss: null,
      wallSeconds: 0,
      imagesPerSecond: null,
      evaluationSeconds: evaluation.seconds,
    });
    const row = { ...trainedRow, protocol: config.protocol };
    await upsertRows(join(resultsRoot, "eval.csv"), EVAL_SCHEMA, [row]);
    return { row, nothingToFind: countInSets(dataset.evaluation) };
  } finally {
    embedder.dispose();
  }
}
