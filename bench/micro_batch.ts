/**
 * Memory and time of a training step by the number of images whose activations are in memory at a time.
 *
 * Command: deno run --allow-read --allow-env --allow-ffi --allow-sys --allow-run bench/micro_batch.ts \
 *   [--backend wasm] [--backbone resnet_mini] [--batch 48] [--slices 48,24,12,6]
 *
 * The first line is the plain step, the others `--micro-batch N`. Each is one process. Tensors: tfjs's count of bytes at its
 * peak, weights and images included. Activations: the peak without what is there between steps. Process: the memory it ever
 * held (Linux only), which has the gaps of the allocator too. tfjs sees nothing of what a compiled step (backend tensorflow) has in
 * memory: there the process is the measure.
 */
// deno-lint-ignore-file no-console

import { parseArgs } from "@std/cli";
import * as tf from "@tensorflow/tfjs";
import { BACKEND_NAMES } from "../lib/backend/backend.ts";
import { openBackend } from "../lib/backend/open_backend.ts";
import { findBackbone } from "../lib/model/registry.ts";
import type { TrainConfig } from "../lib/train/config.ts";
import { createLearner } from "../lib/train/learner.ts";
import { trainStep } from "../lib/train/step.ts";
import { readPeakMemory } from "./peak_memory.ts";
import { benchConfig, randomImages } from "./train_setup.ts";

const CLASS_COUNT = 24;
const STEP_COUNT = 5;

/** A step's cost. */
interface Measurement {
  readonly peakBytes: number;
  /** Between steps: weights, moments, images. */
  readonly restBytes: number;
  readonly stepSeconds: number;
  readonly processBytes: number | null;
}

/** Steps after one that creates the optimizer's moments; the fastest counts. A last one is profiled. */
async function measure(config: TrainConfig, microBatchSize?: number): Promise<Measurement> {
  const learner = createLearner(config, CLASS_COUNT, null);
  const { classesPerBatch: batchSize, inputSize } = config;
  const images = randomImages(batchSize, inputSize);
  const labels = Array.from({ length: batchSize }, (_, i) => i % CLASS_COUNT);
  const options = { config, isWarmup: false, learningRateFactor: 1, microBatchSize };
  const step = () => trainStep(learner, images, labels, options);
  await step();
  const restBytes = tf.memory().numBytes;
  const seconds: number[] = [];
  for (let i = 0; i < STEP_COUNT; i++) {
    const start = performance.now();
    await step();
    await learner.proxies!.data();
    seconds.push((performance.now() - start) / 1000);
  }
  const processBytes = await readPeakMemory(); // before the profile, which keeps a record of every kernel
  const { peakBytes } = await tf.profile(step as unknown as () => tf.TensorContainer);
  return { peakBytes, restBytes, stepSeconds: Math.min(...seconds), processBytes };
}

function formatLine(name: string, batchSize: number, result: Measurement): string {
  const { peakBytes, restBytes, stepSeconds, processBytes } = result;
  const megabytes = (bytes: number) =>
    Number.isFinite(bytes) ? `${(bytes / 1e6).toFixed(1)} MB` : "not known";
  return [
    name.padEnd(10),
    `tensors ${megabytes(peakBytes)}`,
    `activations ${megabytes(peakBytes - restBytes)}`,
    `process ${processBytes === null ? "not known" : megabytes(processBytes)}`,
    `${(batchSize / stepSeconds).toFixed(1)} images/s`,
  ].join("  ");
}

const args = parseArgs(Deno.args, { string: ["backend", "backbone", "batch", "slices", "only"] });
const batchSize = Number(args.batch ?? 48);
if (args.only === undefined) {
  const slices = String(args.slices ?? "48,24,12,6").split(",");
  for (const only of ["plain", ...slices]) {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", import.meta.filename!, ...Deno.args, "--only", only],
      stdout: "inherit",
    });
    if (!(await child.output()).success) Deno.exit(1);
  }
} else {
  const name = BACKEND_NAMES.find((known) => known === (args.backend ?? "wasm"))!;
  await openBackend(name);
  const size = args.only === "plain" ? undefined : Number(args.only);
  const result = await measure(
    benchConfig(findBackbone(String(args.backbone ?? "resnet_mini")), batchSize),
    size,
  );
  console.log(formatLine(size === undefined ? "plain" : `N = ${size}`, batchSize, result));
}
