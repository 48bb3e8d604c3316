import { assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { createLearner, disposeLearner, type Learner } from "../../lib/train/learner.ts";
import { applyGradients } from "../../lib/train/step.ts";
import { testOnEachBackend } from "../support/each_backend.ts";
import { smallConfig } from "../support/train_config.ts";

const CONFIG = smallConfig(); // clips to 10

/** Gradients of 100 in every entry that learns in warm-up: head and proxies. */
function largeGradients({ embedder, proxies }: Learner): tf.NamedTensorMap {
  const learned = [...embedder.headNames.map((name) => embedder.tensors.get(name)), proxies!];
  return Object.fromEntries(learned.map(({ name, shape }) => [name, tf.fill(shape, 100)]));
}

/** First moments of AdamW after one update: a tenth of the gradient that it was given. */
async function firstMoments(learner: Learner): Promise<{ network: number[]; proxies: number[] }> {
  const read = async (optimizer: Learner["networkOptimizer"]) => {
    const { tensors } = await optimizer.export();
    const moments = tensors.filter(({ name }) => name.endsWith("first_moment"));
    return [...new Set(moments.flatMap(({ data }) => [...data]).map(Math.round))];
  };
  return {
    network: await read(learner.networkOptimizer),
    proxies: await read(learner.proxyOptimizer),
  };
}

testOnEachBackend(
  "the network's gradients are clipped and those of the proxies are not",
  async () => {
    const learner = createLearner(CONFIG, 3, null);
    const gradients = largeGradients(learner);
    applyGradients(learner, gradients, { config: CONFIG, isWarmup: true, learningRateFactor: 1 });
    assertEquals(await firstMoments(learner), { network: [1], proxies: [10] });
    tf.dispose(gradients);
    disposeLearner(learner);
  },
);

testOnEachBackend("the proxies have a factor of their own where one is given", async () => {
  const config = smallConfig({ optimizer: { ...CONFIG.optimizer, weightDecay: 0 } });
  const learner = createLearner(config, 3, null);
  const gradients = largeGradients(learner);
  const before = await learner.proxies!.data();
  const head = learner.embedder.tensors.get(learner.embedder.headNames[0]!);
  const headBefore = await head.data();
  const options = { config, isWarmup: true, learningRateFactor: 0 };
  applyGradients(learner, gradients, { ...options, proxyLearningRateFactor: 0.5 });
  const moved = (await learner.proxies!.data()).map((value, i) => before[i]! - value);
  // AdamW's first step is the rate: 1e-3, times 10 for proxies, times 0.5.
  assertEquals([...new Set([...moved].map((value) => value.toFixed(5)))], ["0.00500"]);
  assertEquals(await head.data(), headBefore);
  tf.dispose(gradients);
  disposeLearner(learner);
});
