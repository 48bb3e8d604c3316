import { assertAlmostEquals, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { computeGradients } from "../../lib/train/loss_gradients.ts";
import { createLearner, disposeLearner } from "../../lib/train/learner.ts";
import { activeShares, measureStep } from "../../lib/train/step_measures.ts";
import { smallConfig } from "../support/train_config.ts";

Deno.test("activeShares() counts positives below the margin and negatives above its opposite", () => {
  const similarities = [0.05, 0.1, -0.2, -0.1, 0.5, -0.05];
  const isOwn = [1, 1, 0, 0, 0, 0];
  assertEquals(activeShares(similarities, isOwn, 0.1), { positive: 0.5, negative: 0.5 });
  assertEquals(activeShares([0.3], [1], 0.1), { positive: 0, negative: 0 });
});

Deno.test("measureStep() gives the norms of plain loops, keeps what it measures and leaves no tensor behind", async () => {
  await openBackend("cpu");
  const config = smallConfig();
  const learner = createLearner(config, 4, null);
  const labels = [0, 0, 1, 1, 2, 2];
  const images = tf.randomNormal([6, 16, 16, 3], 0, 1, "float32", 7) as tf.Tensor4D;
  const options = { config, isWarmup: false };
  const { loss, gradients } = await computeGradients(learner, images, labels, options);
  const before = tf.memory().numTensors;
  const weights = learner.proxies!.dataSync().slice();
  const measures = await measureStep(learner, { ...options, images, labels, gradients });
  assertEquals(tf.memory().numTensors, before);
  assertEquals(learner.proxies!.dataSync(), weights);

  const norm = (tensors: readonly tf.Tensor[]) =>
    Math.sqrt(
      tensors.flatMap((tensor) => [...tensor.dataSync()]).reduce((sum, x) => sum + x * x, 0),
    );
  const proxyName = learner.proxies!.name;
  const others = Object.entries(gradients).filter(([name]) => name !== proxyName);
  assertAlmostEquals(measures.proxyGradientNorm!, norm([gradients[proxyName]!]), 1e-3);
  assertAlmostEquals(
    measures.networkGradientNorm,
    norm(others.map(([, gradient]) => gradient)),
    1e-3,
  );
  assertAlmostEquals(measures.proxyWeightNorm!, norm([learner.proxies!]), 1e-3);
  tf.dispose([loss, gradients, images]);
  disposeLearner(learner);
});
