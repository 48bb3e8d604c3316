/** Every kind of step and evaluation that the presets make, traced as on a GPU at their sizes; nothing is computed. */

import * as tf from "@tensorflow/tfjs";
import { configureLoss, findLoss, LOSS_NAMES } from "../../../../lib/loss/losses.ts";
import type { Backbone } from "../../../../lib/model/backbone.ts";
import { hasBatchNorm } from "../../../../lib/model/backbone.ts";
import { BACKBONES } from "../../../../lib/model/registry.ts";
import { createOptimizer } from "../../../../lib/optim/optimizer.ts";
import { OPTIMIZER_NAMES, type OptimizerConfig } from "../../../../lib/optim/optimizer_config.ts";
import { similarityBlocks } from "../../../../lib/eval/similarity_blocks.ts";
import type { Tensor4D } from "../../../../lib/tensor.ts";
import { createLearner, disposeLearner, type Learner } from "../../../../lib/train/learner.ts";
import { trainStep } from "../../../../lib/train/step.ts";
import { smallConfig } from "../../../support/train_config.ts";
import type { RecordedOp, RecordingBinding } from "./recording_binding.ts";

/** Batch of SOP and In-Shop, whose batch norms are trained: the largest rows that cuDNN sees. */
const BATCH_SIZE = 80;
const CLASS_COUNT = 100;
/** Losses see embeddings alone, optimizers one tensor at a time, slices are batches: these show what the large ones would. */
const SMALL_BACKBONES: readonly string[] = ["resnet_mini", "deit_ti"];

/** Ops of one traced step or evaluation. */
export interface TracedStep {
  /** Such as `resnet50, batch norms trained, adamw`. */
  readonly name: string;
  readonly ops: readonly RecordedOp[];
}

/** Traces everything that one backbone is used for. */
async function traceBackbone(
  binding: RecordingBinding,
  backbone: Backbone,
): Promise<TracedStep[]> {
  const size = backbone.preset.inputSize;
  const config = smallConfig({
    backbone: backbone.name,
    embeddingSize: 512,
    inputSize: size,
    classesPerBatch: BATCH_SIZE / 4,
    imagesPerClass: 4,
  });
  const learner = createLearner(config, CLASS_COUNT, null);
  const images = tf.zeros([BATCH_SIZE, size, size, 3]) as Tensor4D;
  const labels = Array.from({ length: BATCH_SIZE }, (_, i) => i % config.classesPerBatch);
  const steps: TracedStep[] = [];
  const record = async (name: string, run: () => Promise<unknown>) => {
    binding.ops.length = 0;
    await run();
    steps.push({ name: `${backbone.name}, ${name}`, ops: [...binding.ops] });
  };
  const step = (learner: Learner, changes: Partial<typeof config>, rest = {}) =>
    trainStep(learner, images, labels, {
      config: { ...config, ...changes },
      isWarmup: false,
      learningRateFactor: 1,
      ...rest,
    });
  const frozen = hasBatchNorm(backbone) ? [true, false] : [false];
  const isSmall = SMALL_BACKBONES.includes(backbone.name);
  try {
    for (const hasFrozenBatchNorm of frozen) {
      for (const name of isSmall ? LOSS_NAMES : LOSS_NAMES.slice(0, 1)) {
        const norms = `batch norms ${hasFrozenBatchNorm ? "frozen" : "trained"}`;
        const loss = configureLoss(name);
        const suited = findLoss(name).takesProxies ? learner : { ...learner, proxies: null };
        await record(`${norms}, ${name}`, () => step(suited, { hasFrozenBatchNorm, loss }));
      }
    }
    for (const name of isSmall ? OPTIMIZER_NAMES : []) {
      const other = withOptimizer(learner, { ...config.optimizer, name });
      await record(name, () => step(other, { optimizer: { ...config.optimizer, name } }));
      for (const { dispose } of [other.networkOptimizer, other.proxyOptimizer]) dispose();
    }
    if (isSmall) {
      const sliced = { microBatchSize: BATCH_SIZE / 2 };
      await record("warm-up", () => step(learner, {}, { isWarmup: true }));
      await record("micro-batches", () => step(learner, { hasFrozenBatchNorm: true }, sliced));
    }
    await record("evaluation", async () => {
      const embeddings = await learner.embedder.embedEvaluation(images);
      const [rowCount, columnCount] = embeddings.shape;
      embeddings.dispose();
      const matrix = {
        data: new Float32Array(rowCount * columnCount).fill(1),
        rowCount,
        columnCount,
      };
      for await (const _ of similarityBlocks(matrix, matrix));
    });
    return steps;
  } finally {
    disposeLearner(learner);
    images.dispose();
  }
}

function withOptimizer(learner: Learner, config: OptimizerConfig): Learner {
  return {
    ...learner,
    networkOptimizer: createOptimizer(config),
    proxyOptimizer: createOptimizer(config, { learningRateMultiplier: 10 }),
  };
}

/** Traces everything that every backbone is used for. */
export async function traceAll(binding: RecordingBinding): Promise<TracedStep[]> {
  const steps: TracedStep[] = [];
  for (const backbone of BACKBONES) steps.push(...await traceBackbone(binding, backbone));
  return steps;
}
