/**
 * Images per second of the input pipeline: 500x375 JPEG files to training crops of 224, and torchvision's rate beside it.
 *
 * Command: deno run --allow-read --allow-write --allow-env --allow-ffi --allow-sys --allow-run \
 *   bench/image_pipeline.ts [--images 200] [--backend tensorflow] [--steps 20]
 *
 * With a backend, steps of ResNet-50 on 8 images are fed from the files, as training feeds them: how long does a step wait?
 *
 * "Per core" divides by processor seconds, so that other programs and the number of cores do not matter.
 */
// deno-lint-ignore-file no-console

import { parseArgs } from "@std/cli";
import { findPython } from "./peers/find_python.ts";
import * as tf from "@tensorflow/tfjs";
import { cpuUsage } from "node:process";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import type { BackendName } from "../lib/backend/backend.ts";
import { openBackend } from "../lib/backend/open_backend.ts";
import { createImageLoader } from "../lib/image/loader.ts";
import { IMAGENET_PRESET } from "../lib/image/preset.ts";
import { findBackbone } from "../lib/model/registry.ts";
import { RandomStream } from "../lib/random_stream.ts";
import { prefetch } from "../lib/sampling/prefetch.ts";
import { createLearner } from "../lib/train/learner.ts";
import { trainStep } from "../lib/train/step.ts";
import { benchConfig } from "./train_setup.ts";

const BATCH_SIZE = 50;
/** Images of a fed step. */
const STEP_SIZE = 8;
const [WIDTH, HEIGHT] = [500, 375];

interface Rate {
  readonly imagesPerSecond: number;
  readonly imagesPerCoreSecond: number;
}

/** Noise of a few sensors: drawing it anew for each of thousands of photographs would take longer than the bench. */
const SENSOR_COUNT = 16;
const sensors = new Map<number, ReturnType<typeof drawNoise>>();

function drawNoise(seed: number, name: string, size: readonly [number, number], spread: number) {
  const stream = RandomStream.named(seed, name);
  const [width, height] = size;
  const levels = Uint8Array.from(
    { length: width * height * 3 },
    () => Math.max(0, Math.min(255, 128 + spread * stream.nextNormal())),
  );
  return sharp(levels, { raw: { width, height, channels: 3 } })
    .resize(WIDTH, HEIGHT, { fit: "fill" }).png({ compressionLevel: 1 }).toBuffer();
}

/** A JPEG like a photograph: soft shapes of several sizes, and the noise of a sensor. */
async function writePhoto(path: string, seed: number): Promise<void> {
  const sensor = seed % SENSOR_COUNT;
  if (!sensors.has(sensor)) sensors.set(sensor, drawNoise(sensor, "fine", [WIDTH, HEIGHT], 30));
  const [coarse, middle, fine] = await Promise.all([
    drawNoise(seed, "coarse", [6, 5], 70),
    drawNoise(seed, "middle", [50, 38], 45),
    sensors.get(sensor)!,
  ]);
  await sharp(coarse).composite([
    { input: middle, blend: "overlay" },
    { input: fine, blend: "soft-light" },
  ]).removeAlpha().jpeg({ quality: 90 }).toFile(path);
}

async function measure(imageCount: number, load: (first: number) => Promise<unknown>) {
  await load(0); // compiled, files in the system's cache
  const [startMs, startUsage] = [performance.now(), cpuUsage()];
  for (let first = 0; first < imageCount; first += BATCH_SIZE) await load(first);
  const { user, system } = cpuUsage(startUsage);
  return {
    imagesPerSecond: imageCount / (performance.now() - startMs) * 1e3,
    imagesPerCoreSecond: imageCount / (user + system) * 1e6,
  };
}

/** Rates of loading `records` of `folder`, in batches. */
function measureLoader(folder: string, imagePaths: readonly string[], options: {
  readonly cacheBytes: number;
  readonly inputSize: number;
}): Promise<Rate> {
  const { cacheBytes, inputSize } = options;
  const resizeSize = Math.round(inputSize * 8 / 7);
  const preset = { ...IMAGENET_PRESET, inputSize, resizeSize };
  const loader = createImageLoader({ folder, preset, cacheBytes });
  const records = imagePaths.map((imagePath) => ({ imagePath }));
  return measure(records.length, (first) => {
    const batch = records.slice(first, first + BATCH_SIZE);
    return loader.loadTrain(batch, (i) => RandomStream.named(1, `augment/0/${first}/${i}`));
  });
}

/** Milliseconds of steps that are fed from files, and of them the milliseconds in which a step waited for its images. */
async function measureWaiting(folder: string, imagePaths: readonly string[], stepCount: number) {
  const backbone = findBackbone("resnet50");
  const config = benchConfig(backbone, STEP_SIZE);
  const learner = createLearner(config, STEP_SIZE, null);
  const loader = createImageLoader({ folder, preset: backbone.preset, cacheBytes: 0 });
  const labels = Array.from({ length: STEP_SIZE }, (_, i) => i);
  const batches = prefetch(stepCount + 2, 2, (step) => {
    const paths = labels.map((i) => imagePaths[(step * STEP_SIZE + i) % imagePaths.length]!);
    const records = paths.map((imagePath) => ({ imagePath }));
    return loader.loadTrain(records, (i) => RandomStream.named(1, `augment/0/${step}/${i}`));
  });
  let [waitedMs, allMs] = [0, 0];
  for (let step = -2; step < stepCount; step++) { // two that compile
    const start = performance.now();
    const { value: pixels } = await batches.next();
    const waited = performance.now() - start;
    const images = tf.tensor4d(pixels!, [STEP_SIZE, config.inputSize, config.inputSize, 3]);
    await trainStep(learner, images, labels, { config, isWarmup: false, learningRateFactor: 1 });
    images.dispose();
    if (step < 0) continue;
    waitedMs += waited;
    allMs += performance.now() - start;
  }
  return { waitedMs, allMs };
}

/** torchvision's rates, or why there are none. */
async function measurePeer(python: string, folder: string): Promise<Rate | string> {
  const script = fileURLToPath(new URL("./peers/image_pipeline.py", import.meta.url));
  try {
    const { code, stdout, stderr } = await new Deno.Command(python, { args: [script, folder] })
      .output();
    const text = new TextDecoder();
    if (code === 0) return JSON.parse(text.decode(stdout)) as Rate;
    return text.decode(stderr).trim().split("\n").at(-1) ?? `exit code ${code}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function formatRate(name: string, rate: Rate | string): string {
  if (typeof rate === "string") return `${name.padEnd(44)} absent: ${rate}`;
  const [wall, core] = [rate.imagesPerSecond.toFixed(0), rate.imagesPerCoreSecond.toFixed(0)];
  return `${name.padEnd(44)} ${wall.padStart(6)} images/s ${core.padStart(6)} images/s per core`;
}

const flags = parseArgs(Deno.args, { string: ["images", "backend", "steps"] });
const imageCount = Number(flags.images ?? 200);
const folder = await Deno.makeTempDir({ prefix: "proxyan_bench_" });
try {
  const imagePaths = Array.from({ length: imageCount }, (_, i) => `${i}.jpg`);
  for (const [i, imagePath] of imagePaths.entries()) await writePhoto(`${folder}/${imagePath}`, i);
  const { size } = await Deno.stat(`${folder}/0.jpg`);
  console.log(
    `${imageCount} JPEG files of ${WIDTH}x${HEIGHT}, about ${(size / 1024).toFixed(0)} KiB`,
  );
  const rows = [
    ["224 px, from files", { cacheBytes: 0, inputSize: 224 }],
    ["224 px, decoded before", { cacheBytes: 1e9, inputSize: 224 }],
    ["32 px, decoded before", { cacheBytes: 1e9, inputSize: 32 }],
  ] as const;
  for (const [name, options] of rows) {
    // What fills the cache is not measured: that is the row without it.
    const paths = options.cacheBytes > 0 ? imagePaths.slice(0, BATCH_SIZE) : imagePaths;
    console.log(formatRate(name, await measureLoader(folder, paths, options)));
  }
  const peer = await measurePeer(findPython(), folder);
  console.log(formatRate("torchvision, 224 px, from files, one thread", peer));
  if (flags.backend) {
    const { backend } = await openBackend(flags.backend as BackendName);
    const stepCount = Number(flags.steps ?? 20);
    const { waitedMs, allMs } = await measureWaiting(folder, imagePaths, stepCount);
    const rate = stepCount * STEP_SIZE / allMs * 1e3;
    console.log(
      `ResNet-50 on ${backend.name}, fed from files: ${rate.toFixed(1)} images/s, ` +
        `waited for images ${(waitedMs / allMs * 100).toFixed(2)}% of the time`,
    );
  }
} finally {
  await Deno.remove(folder, { recursive: true });
}
