/**
 * A training step of the miniature experiment on several backends, which take turns of one step each.
 *
 *     deno run -A bench/mini_step.ts [--backends tensorflow:1,tensorflow:2,wasm] [--rounds 40]
 *
 * A number behind a name is the threads of `tensorflow`. The median counts; ratios are over `wasm`, where it takes part. Images are
 * there already: what loading them costs in a run is in bench/image_pipeline.ts.
 */

import { parseArgs } from "@std/cli";
import type { BackendName } from "../lib/backend/backend.ts";
import { openBackend } from "../lib/backend/open_backend.ts";
import { createLearner } from "../lib/train/learner.ts";
import { trainStep } from "../lib/train/step.ts";
import { MINI_SETTINGS } from "../tasks/experiments/mini.ts";
import { benchConfig, randomImages } from "./train_setup.ts";
import { RESNET_MINI } from "../lib/model/resnet_mini.ts";

const CLASS_COUNT = 30;
const { classesPerBatch, imagesPerClass } = MINI_SETTINGS.cub200;
const BATCH_SIZE = classesPerBatch * imagesPerClass;

/** In a worker: a step whenever a message comes; answers with its milliseconds. */
async function serve(name: BackendName, threads: number | undefined): Promise<void> {
  const { backend } = await openBackend(name, threads === undefined ? {} : { threads });
  const config = { ...benchConfig(RESNET_MINI, BATCH_SIZE), ...MINI_SETTINGS.cub200 };
  const options = { config, isWarmup: false, learningRateFactor: 1 };
  const learner = createLearner(config, CLASS_COUNT, null);
  const images = randomImages(BATCH_SIZE, config.inputSize);
  const labels = Array.from({ length: BATCH_SIZE }, (_, i) => Math.floor(i / imagesPerClass));
  const scope = self as unknown as Worker;
  scope.onmessage = async () => {
    const start = performance.now();
    await trainStep(learner, images, labels, options);
    await learner.proxies!.data();
    scope.postMessage(performance.now() - start);
  };
  for (let i = 0; i < 3; i++) await trainStep(learner, images, labels, options);
  scope.postMessage(`${backend.name} ${backend.version}, ${backend.threads} threads`);
}

function nextMessage<T>(worker: Worker): Promise<T> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = (event) => reject(new Error(event.message));
  });
}

async function compare(specs: readonly string[], rounds: number): Promise<void> {
  const sides: { name: string; worker: Worker; times: number[] }[] = [];
  for (const spec of specs) {
    const worker = new Worker(import.meta.url, { type: "module", name: spec });
    sides.push({ name: await nextMessage<string>(worker), worker, times: [] });
  }
  for (let round = 0; round < rounds; round++) {
    for (const { worker, times } of sides) {
      worker.postMessage(null);
      times.push(await nextMessage<number>(worker));
    }
  }
  const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;
  const base = sides.find(({ name }) => name.startsWith("wasm"));
  console.log(
    `a step of the miniature: ${BATCH_SIZE} images of ${MINI_SETTINGS.cub200.inputSize} px`,
  );
  for (const { name, worker, times } of sides) {
    const ms = median(times);
    const ratio = base && base.worker !== worker
      ? `  ${(median(base.times) / ms).toFixed(2)} x wasm`
      : "";
    console.log(
      `  ${name.padEnd(30)} ${ms.toFixed(1).padStart(6)} ms ${
        (BATCH_SIZE / ms * 1e3).toFixed(0).padStart(6)
      } images/s${ratio}`,
    );
    worker.terminate();
  }
}

if (self.name) {
  const [name, threads] = self.name.split(":");
  await serve(name as BackendName, threads === undefined ? undefined : Number(threads));
} else {
  const flags = parseArgs(Deno.args, { string: ["backends", "rounds"] });
  const specs = String(flags.backends ?? "tensorflow:1,tensorflow:2,wasm").split(",");
  await compare(specs, Number(flags.rounds ?? 40));
}
