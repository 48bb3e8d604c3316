/**
 * Memory and time of a training step by the number of images whose activations are in memory at a time.
 *
 * Command: deno run --allow-read --allow-env --allow-ffi --allow-sys --allow-run bench/micro_batch.ts \
 *   [--backend wasm] [--backbone resnet_mini] [--batch 48] [--slices 48,24,12,6]
 *
 * The first line is the plain step, the others `--micro-batch N`. Each is one process. Tensors: tfjs's count of bytes at its
 * peak, weights and images included. Activations: the peak without what is there between steps. Process: the memory it ever
 * held (Linux only), which has the gaps of the allocator too.
 */
// deno-lint-ignore-file no-console

import { parseArgs } from "@std/cli";
import * as tf from "@tensorflow/tfjs";
import { BACKEND_NAMES } from "../lib/backend/backend.ts";
import { openBackend } from "../lib/backend/open_backend.ts";
import { findBackbone } from "../lib/model/registry.ts";
import { RandomStream } from "../lib/random_stream.ts";
import type { TrainConfig } from "../lib/train/config.ts";
import { createLearner } from "../lib/train/learner.ts";
import { trainStep } from "../lib/train/step.ts";

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

function frozenConfig(backbone: string, batchSize: number): TrainConfig {
  const { resizeSize, inputSize } = findBackbone(backbone).preset;
  return {
    profile: "mini",
    dataset: "cub200",
    setting: { kind: "full" },
    protocol: "published",
    loss: { name: "proxy_an", margin: 0.1, alpha: 32 },
    backbone,
    pretrainedHash: null,
    embeddingSize: backbone === "resnet_mini" ? 64 : 512,
    seed: 1,
    epochCount: 1,
    warmupEpochCount: 0,
    evaluateEvery: 1,
    classesPerBatch: batchSize,
    imagesPerClass: 1,
    hasFrozenBatchNorm: true,
    optimizer: {
      name: "adamw",
      learningRate: 1e-4,
      proxyLearningRateMultiplier: 100,
      weightDecay: 1e-4,
      clipValue: 10,
    },
    schedule: { kind: "step", every: 10, factor: 0.5 },
    resizeSize,
    inputSize,
    heldOutShare: 0,
  };
}

/** Steps after one that creates the optimizer's moments; the fastest counts. A last one is profiled. */
async function measure(config: TrainConfig, microBatchSize?: number): Promise<Measurement> {
  const learner = createLearner(config, CLASS_COUNT, null);
  const { classesPerBatch: batchSize, inputSize } = config;
  const stream = RandomStream.named(1, "bench");
  const pixels = new Float32Array(batchSize * inputSize * inputSize * 3);
  pixels.forEach((_, i) => pixels[i] = stream.nextFloat());
  const images = tf.tensor4d(pixels, [batchSize, inputSize, inputSize, 3]);
  const labels = Array.from({ length: batchSize }, (_, i) => i % CLASS_COUNT);
  const options = { config, isWarmup: false, learningRateFactor: 1, microBatchSize };
  const step = () => trainStep(learner, images, labels, options);
  await step();
  const restBytes = tf.memory().numBytes;
  const seconds: number[] = [];
  for (let i = 0; i < STEP_COUNT; i++) {
    const start = performance.now();
    await step();
    await learner.proxies.data();
    seconds.push((performance.now() - start) / 1000);
  }
  const processBytes = await readPeakMemory(); // before the profile, which keeps a record of every kernel
  const { peakBytes } = await tf.profile(step as unknown as () => tf.TensorContainer);
  return { peakBytes, restBytes, stepSeconds: Math.min(...seconds), processBytes };
}

/** Largest memory of this process so far, or `null` where the system does not say. */
async function readPeakMemory(): Promise<number | null> {
  const status = await Deno.readTextFile("/proc/self/status").catch(() => "");
  const kibibytes = status.match(/^VmHWM:\s*(\d+) kB$/m)?.[1];
  return kibibytes === undefined ? null : Number(kibibytes) * 1024;
}

function formatLine(name: string, batchSize: number, result: Measurement): string {
  const { peakBytes, restBytes, stepSeconds, processBytes } = result;
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
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
    frozenConfig(String(args.backbone ?? "resnet_mini"), batchSize),
    size,
  );
  console.log(formatLine(size === undefined ? "plain" : `N = ${size}`, batchSize, result));
}
