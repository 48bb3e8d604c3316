import { assert, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { InputError } from "../../lib/errors.ts";
import { configureLoss, type LossName } from "../../lib/loss/losses.ts";
import {
  createLearner,
  disposeLearner,
  exportLearner,
  type Learner,
  loadLearner,
} from "../../lib/train/learner.ts";
import { trainStep } from "../../lib/train/step.ts";
import { assertAllClose } from "../support/close.ts";
import { testOnEachBackend } from "../support/each_backend.ts";
import { goldenTensor } from "../support/generator.ts";
import { smallConfig } from "../support/train_config.ts";

const CLASS_COUNT = 3;
const LABELS = [0, 0, 1, 1, 2, 2];
const configOf = (loss: LossName) =>
  smallConfig({ loss: configureLoss(loss), hasFrozenBatchNorm: true });

/** One step of a full epoch; returns the loss before it. */
async function step(learner: Learner, loss: LossName, microBatchSize?: number): Promise<number> {
  const config = configOf(loss);
  const shape: [number, number, number, number] = [6, config.inputSize, config.inputSize, 3];
  const images = tf.tensor4d(goldenTensor(shape, 11, 2), shape);
  const options = { config, isWarmup: false, learningRateFactor: 1, microBatchSize };
  const value = await trainStep(learner, images, LABELS, options);
  images.dispose();
  return value;
}

testOnEachBackend("a loss without proxies trains and stores none, and lowers itself", async () => {
  const tensorCount = tf.memory().numTensors;
  const learner = createLearner(configOf("multi_similarity"), CLASS_COUNT, null);
  assertEquals(learner.proxies, null);
  const losses = [];
  for (let i = 0; i < 4; i++) losses.push(await step(learner, "multi_similarity"));
  assert(losses.at(-1)! < losses[0]!, losses.join());
  const { tensors, proxySteps } = await exportLearner(learner);
  assertEquals(tensors.filter(({ name }) => name.startsWith("prox")), []);
  assertEquals(proxySteps, {});
  disposeLearner(learner);
  assertEquals(tf.memory().numTensors, tensorCount);
});

testOnEachBackend(
  "a loss without proxies takes slices of a batch, to the same update",
  async () => {
    const [whole, slices] = [null, null].map(() =>
      createLearner(configOf("multi_similarity"), CLASS_COUNT, null)
    );
    assertAllClose(
      [await step(slices!, "multi_similarity", 2)],
      [await step(whole!, "multi_similarity")],
      1e-5,
    );
    disposeLearner(whole!);
    disposeLearner(slices!);
  },
);

Deno.test("what a loss without proxies stored does not continue with proxies, nor the other way round", async () => {
  const [without, withThem] = (["multi_similarity", "proxy_an"] as const).map((loss) =>
    createLearner(configOf(loss), CLASS_COUNT, null)
  );
  const [none, some] = [await exportLearner(without!), await exportLearner(withThem!)];
  loadLearner(without!, none);
  assertThrows(
    () => loadLearner(without!, some),
    InputError,
    "Cannot restore proxies as they must be none, which the loss takes: it is [3,8]",
  );
  assertThrows(
    () => loadLearner(withThem!, none),
    InputError,
    "Cannot restore proxies as they must have shape [3,8]: it is missing",
  );
  disposeLearner(without!);
  disposeLearner(withThem!);
});
