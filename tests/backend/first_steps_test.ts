import * as tf from "@tensorflow/tfjs";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { createLearner, disposeLearner } from "../../lib/train/learner.ts";
import { trainStep } from "../../lib/train/step.ts";
import { assertAllClose } from "../support/close.ts";
import { goldenTensor } from "../support/generator.ts";
import { smallConfig } from "../support/train_config.ts";
import { testOnEachOpenBackend } from "./each_open_backend.ts";

const STEP_COUNT = 3;
const LABELS = [0, 0, 1, 1];
const SHAPE: [number, number, number, number] = [LABELS.length, 16, 16, 3];

/** Losses of the first steps, warm-up first, on the current backend. */
async function firstLosses(hasFrozenBatchNorm: boolean): Promise<number[]> {
  const config = smallConfig({ hasFrozenBatchNorm, classesPerBatch: 2 });
  const learner = createLearner(config, 4, null);
  const losses: number[] = [];
  for (let i = 0; i < STEP_COUNT; i++) {
    const images = tf.tensor4d(goldenTensor(SHAPE, 60 + i), SHAPE);
    const options = { config, isWarmup: i === 0, learningRateFactor: 1 };
    losses.push(await trainStep(learner, images, LABELS, options));
    images.dispose();
  }
  disposeLearner(learner);
  return losses;
}

for (const hasFrozenBatchNorm of [true, false]) {
  const kind = hasFrozenBatchNorm ? "frozen" : "learning";
  let expected: number[] | null = null; // computed once, as cpu is slow
  testOnEachOpenBackend(
    `the first steps of a run are those of backend cpu, batch norms ${kind}`,
    async (name) => {
      const losses = await firstLosses(hasFrozenBatchNorm);
      await openBackend("cpu");
      expected ??= await firstLosses(hasFrozenBatchNorm);
      assertAllClose(losses, expected, 1e-4, `losses of ${name}`);
    },
  );
}
