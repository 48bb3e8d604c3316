/** What the features of pretrained weights find, without any training: data, weights, preprocessing and evaluation at once. */

import { basename, join } from "@std/path";
import type { Backend } from "../backend/backend.ts";
import type { Protocol } from "../dataset/protocol.ts";
import type { Profile } from "../dataset/record.ts";
import type { Workspace } from "../dataset/workspace.ts";
import { InputError } from "../errors.ts";
import { createImageLoader } from "../image/loader.ts";
import { createFrozenBackbone } from "../model/frozen_backbone.ts";
import { findBackbone } from "../model/registry.ts";
import { upsertRows } from "../results/rows/csv_store.ts";
import { FROZEN_SCHEMA, type FrozenRow } from "../results/rows/frozen_row.ts";
import { metricCells } from "../results/rows/metric_cells.ts";
import { readCommit } from "../results/rows/checkout.ts";
import { checkToldApart } from "./check_told_apart.ts";
import { evaluateEmbedder } from "./evaluate_embedder.ts";
import { openRunDataset } from "./open_run_dataset.ts";
import { type PretrainedFile, readPretrained } from "./pretrained.ts";

/** What to evaluate and where. */
export interface EvaluateFrozenOptions extends Workspace {
  /** Registered name. */
  readonly backbone: string;
  readonly weights: PretrainedFile;
  readonly profile: Profile;
  /** Name of a converted dataset, or of the class folders. */
  readonly dataset: string;
  readonly protocol: Protocol;
  /** Pixels of the shorter side before the crop. @default {the backbone's} */
  readonly resizeSize?: number;
  /** Pixels of the central crop. @default {the backbone's} */
  readonly inputSize?: number;
  readonly backend: Backend;
}

/**
 * Evaluates the features of pretrained weights on the test set of a dataset and stores the row in `frozen.csv`.
 *
 * @throws {InputError} If the weights do not fit, the dataset is not there, or the crop is larger than the image.
 */
export async function evaluateFrozen(options: EvaluateFrozenOptions): Promise<FrozenRow> {
  const { weights, profile, protocol, resultsRoot, backend } = options;
  const backbone = findBackbone(options.backbone);
  const { inputSize = backbone.preset.inputSize } = options;
  const { resizeSize = backbone.preset.resizeSize } = options;
  if (resizeSize < inputSize) {
    throw new InputError(
      `Cannot crop images as resize-size must be at least input-size (${inputSize}): it is ${resizeSize}`,
    );
  }
  const tensors = await readPretrained(weights, backbone.name);
  const dataset = await openRunDataset(options, options);
  const frozen = createFrozenBackbone(backbone, tensors!, weights.path);
  try {
    const preset = { ...backbone.preset, resizeSize, inputSize };
    const { folder, remedy } = dataset;
    const loader = createImageLoader({ folder, remedy, preset, cacheBytes: 0 });
    const config = { dataset: options.dataset, protocol, inputSize };
    const parts = { config, dataset, heldOut: [], loader, embedder: frozen };
    const { evaluation: { test }, oddRows } = await evaluateEmbedder(parts);
    checkToldApart(weights.path, oddRows);
    const row: FrozenRow = {
      backbone: backbone.name,
      weights: basename(weights.path),
      weights_hash: weights.hash,
      profile,
      dataset: options.dataset,
      protocol,
      resize_size: resizeSize,
      input_size: inputSize,
      embedding_size: backbone.featureCount,
      ...metricCells(test),
      query_count: test.queryCount,
      left_out_count: test.leftOutCount,
      backend: backend.name,
      backend_version: backend.version,
      device: backend.device,
      precision: backend.precision,
      data_hash: dataset.dataHash,
      commit: await readCommit("."),
    };
    await upsertRows(join(resultsRoot, "frozen.csv"), FROZEN_SCHEMA, [row]);
    return row;
  } finally {
    frozen.dispose();
  }
}
