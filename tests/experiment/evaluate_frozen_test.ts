import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import * as tf from "@tensorflow/tfjs";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { openDataset } from "../../lib/dataset/open_dataset.ts";
import type { ImageRecord } from "../../lib/dataset/record.ts";
import { InputError } from "../../lib/errors.ts";
import {
  evaluateFrozen,
  type EvaluateFrozenOptions,
} from "../../lib/experiment/evaluate_frozen.ts";
import { hashFile } from "../../lib/file/hash.ts";
import { doesExist } from "../../lib/file/does_exist.ts";
import { formatSafetensors, parseSafetensors } from "../../lib/file/safetensors.ts";
import { createImageLoader } from "../../lib/image/loader.ts";
import { createEmbedder } from "../../lib/model/embedder.ts";
import { RESNET_MINI } from "../../lib/model/resnet_mini.ts";
import { readCsv } from "../../lib/results/rows/csv_store.ts";
import { FROZEN_SCHEMA } from "../../lib/results/rows/frozen_row.ts";
import { assertAllClose } from "../support/close.ts";
import { referenceRetrieval } from "../support/oracles/retrieval.ts";
import { makeSmallMiniatures } from "../support/small_miniatures.ts";
import { testInFolder } from "../support/temporary_folder.ts";

/** Random weights of resnet_mini in a file, and a miniature to score them on. */
async function prepare(root: string): Promise<EvaluateFrozenOptions> {
  const { backend } = await openBackend("cpu");
  await makeSmallMiniatures(join(root, "data"), ["cub200"]);
  const embedder = createEmbedder({ backbone: RESNET_MINI, embeddingSize: 4, seed: 5 });
  const tensors = (await embedder.tensors.export()).slice(0, RESNET_MINI.specs.length);
  embedder.dispose();
  const path = join(root, "mini.safetensors");
  await Deno.writeFile(path, formatSafetensors(tensors));
  return {
    backbone: "resnet_mini",
    weights: { path, hash: await hashFile(path, "read weights") },
    profile: "mini",
    dataset: "cub200",
    protocol: "corrected",
    dataRoot: join(root, "data"),
    resultsRoot: join(root, "results"),
    backend,
  };
}

/** Features of one image after another, op by op; the seed is that of `prepare`. */
async function featuresOf(folder: string, records: readonly ImageRecord[]): Promise<number[][]> {
  const { preset } = RESNET_MINI;
  const loader = createImageLoader({ folder, preset, cacheBytes: 0 });
  const embedder = createEmbedder({ backbone: RESNET_MINI, embeddingSize: 4, seed: 5 });
  const rows: number[][] = [];
  for (const record of records) {
    const pixels = await loader.loadEvaluation([record]);
    const size = preset.inputSize;
    rows.push(tf.tidy(() => {
      const images = tf.tensor4d(pixels, [1, size, size, 3]);
      return [...embedder.features(images, "frozen").dataSync()];
    }));
  }
  embedder.dispose();
  return rows;
}

testInFolder(
  "the features of pretrained weights are scored and stored under their hash",
  async (root) => {
    const options = await prepare(root);
    const tensorCount = tf.memory().numTensors;
    const row = await evaluateFrozen(options);
    assertEquals(tf.memory().numTensors, tensorCount, "tensors left over");

    const dataset = await openDataset({
      name: "cub200",
      profile: "mini",
      dataRoot: options.dataRoot,
    });
    const { evaluation } = dataset;
    if (evaluation.kind !== "self") throw new Error("cub200 evaluates one set");
    const rows = await featuresOf(dataset.folder, evaluation.images);
    const labels = evaluation.images.map(({ classIndex }) => classIndex);
    const expected = referenceRetrieval({
      queries: rows,
      queryLabels: labels,
      gallery: rows,
      galleryLabels: labels,
      ks: [1, 2, 4],
      protocol: "corrected",
      isSelf: true,
    });
    const metrics = [...expected.recall, expected.mapAtR, expected.rPrecision];
    const { recall_at_1, recall_at_2, recall_at_4, map_at_r, r_precision } = row;
    assertAllClose(
      [recall_at_1, recall_at_2, recall_at_4, map_at_r, r_precision].map(Number),
      metrics.map((share) => 100 * share),
      1e-9,
    );
    assertEquals([row.weights, row.weights_hash], ["mini.safetensors", options.weights.hash]);
    assertEquals([row.backbone, row.dataset, row.protocol], ["resnet_mini", "cub200", "corrected"]);
    assertEquals([row.resize_size, row.input_size, row.embedding_size], [36, 32, 64]);

    await evaluateFrozen(options); // once more replaces the row
    await evaluateFrozen({ ...options, inputSize: 24 });
    const stored = await readCsv(join(root, "results", "frozen.csv"), FROZEN_SCHEMA);
    assertEquals(stored.map(({ input_size }) => input_size), [24, 32]);
    assertEquals(stored[1], row);
  },
  ["ffi", "sys", "env"],
);

testInFolder(
  "frozen weights that do not fit and crops that are too large are refused",
  async (root) => {
    const options = await prepare(root);
    const refuse = async (changes: Partial<EvaluateFrozenOptions>) =>
      (await assertRejects(() => evaluateFrozen({ ...options, ...changes }), InputError)).message
        .replaceAll(root, "ROOT");
    assertEquals(
      await refuse({ inputSize: 40 }),
      "Cannot crop images as resize-size must be at least input-size (40): it is 36",
    );
    const message = await refuse({ backbone: "deit_ti" });
    const start = "ROOT/mini.safetensors: Cannot load weights as they must be those of deit_ti: ";
    assertEquals(message.slice(0, start.length), start);
  },
  ["ffi", "sys", "env"],
);

testInFolder("weights that give every image the same are refused", async (root) => {
  const options = await prepare(root);
  const { path } = options.weights;
  const { tensors } = parseSafetensors(await Deno.readFile(path), path);
  for (const [bias, given] of [[0, "zeros"], [1, "the same numbers"]] as const) {
    const flat = tensors.map(({ name, shape, data }) => ({
      name,
      shape,
      data: data.map(() => name.endsWith("bn2.bias") ? bias : 0),
    }));
    await Deno.writeFile(path, formatSafetensors(flat));
    const weights = { path, hash: await hashFile(path, "read weights") };
    const { message } = await assertRejects(
      () => evaluateFrozen({ ...options, weights }),
      InputError,
    );
    assertEquals(
      message,
      `${path}: Cannot score weights as the network must tell images apart: it gives all 7 ${given}`,
    );
  }
  assertEquals(await doesExist(join(root, "results", "frozen.csv")), false);
});
