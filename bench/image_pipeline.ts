/**
 * Images per second of the input pipeline: 500x375 JPEG files to training crops of 224, and torchvision's rate beside it.
 *
 *     deno run -A bench/image_pipeline.ts [--images 200] [--rounds 3] [--backend tensorflow] [--steps 20] [--limit 300]
 *
 * Files are decoded as they are in a run with the backend: by TensorFlow where that is it, and else by sharp, which is measured by itself
 * too. With `--steps`, as many steps of ResNet-50 on 8 images are fed from the files, as training feeds them: how long does a step wait?
 *
 * "Per core" divides by processor seconds, so that other programs and the number of cores do not matter. From files, both sides take
 * turns, and the median counts.
 */
// deno-lint-ignore-file no-console

import { parseArgs } from "@std/cli";
import { openPeer, PEER_LIMIT_SECONDS, PeerFailure } from "./peers/python_peer.ts";
import { HEIGHT, WIDTH, writePhotos } from "./photographs.ts";
import * as tf from "@tensorflow/tfjs";
import { cpuUsage } from "node:process";
import type { BackendName } from "../lib/backend/backend.ts";
import { openBackend } from "../lib/backend/open_backend.ts";
import { registerJpegDecoder } from "../lib/file/image/jpeg_decoder.ts";
import { createImageLoader } from "../lib/image/loader.ts";
import { IMAGENET_PRESET } from "../lib/image/preset.ts";
import { findBackbone } from "../lib/model/registry.ts";
import { RandomStream } from "../lib/random_stream.ts";
import { prefetch } from "../lib/sampling/prefetch.ts";
import { giveBackFloats } from "../lib/spare_memory.ts";
import { createLearner } from "../lib/train/learner.ts";
import { trainStep } from "../lib/train/step.ts";
import { benchConfig } from "./train_setup.ts";

const BATCH_SIZE = 50;
/** Images of a fed step. */
const STEP_SIZE = 8;

interface Rate {
  readonly imagesPerSecond: number;
  readonly imagesPerCoreSecond: number;
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
  return measure(records.length, async (first) => {
    const batch = records.slice(first, first + BATCH_SIZE);
    const streamOf = (i: number) => RandomStream.named(1, `augment/0/${first}/${i}`);
    giveBackFloats(await loader.loadTrain(batch, streamOf)); // as training does
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
    giveBackFloats(pixels!);
    if (step < 0) continue;
    waitedMs += waited;
    allMs += performance.now() - start;
  }
  return { waitedMs, allMs };
}

const NAME_WIDTH = 44;
const FROM_FILES = "224 px, from files";

function formatRate(name: string, { imagesPerSecond, imagesPerCoreSecond }: Rate): string {
  const [wall, core] = [imagesPerSecond.toFixed(0), imagesPerCoreSecond.toFixed(0)];
  return `${name.padEnd(NAME_WIDTH)} ${wall.padStart(6)} images/s ${
    core.padStart(6)
  } images/s per core`;
}

/** Medians, each of its own. */
function medianRate(rates: readonly Rate[]): Rate {
  const median = (key: keyof Rate) =>
    rates.map((rate) => rate[key]).toSorted((a, b) => a - b)[Math.floor(rates.length / 2)]!;
  return {
    imagesPerSecond: median("imagesPerSecond"),
    imagesPerCoreSecond: median("imagesPerCoreSecond"),
  };
}

/** From files to crops, in turns with torchvision. */
async function compareFromFiles(
  folder: string,
  imagePaths: readonly string[],
  { rounds, limitSeconds }: { readonly rounds: number; readonly limitSeconds: number },
): Promise<void> {
  const script = new URL("./peers/image_pipeline.py", import.meta.url);
  const peer = await openPeer(script, [folder], { limitSeconds });
  const [own, other]: [Rate[], Rate[]] = [[], []];
  let failure = peer instanceof PeerFailure ? peer : null;
  for (let round = 0; round < rounds; round++) {
    own.push(await measureLoader(folder, imagePaths, { cacheBytes: 0, inputSize: 224 }));
    if (failure || peer instanceof PeerFailure) continue;
    try {
      other.push({
        imagesPerSecond: imagePaths.length / await peer.ask({ op: "load" }),
        imagesPerCoreSecond: imagePaths.length / await peer.ask({ op: "processor" }),
      });
    } catch (error) {
      if (!(error instanceof PeerFailure)) throw error;
      failure = error;
    }
  }
  const ours = medianRate(own);
  console.log(formatRate(FROM_FILES, ours));
  if (failure || peer instanceof PeerFailure) {
    return console.log(`${"torchvision".padEnd(NAME_WIDTH)} left out: ${failure!.message}`);
  }
  await peer.close();
  const theirs = medianRate(other);
  console.log(
    formatRate(`${peer.greeting}, the same`, theirs) +
      `   ours over it, per core: ${
        (ours.imagesPerCoreSecond / theirs.imagesPerCoreSecond).toFixed(2)
      }`,
  );
}

const flags = parseArgs(Deno.args, { string: ["images", "rounds", "backend", "steps", "limit"] });
const imageCount = Number(flags.images ?? 200);
const rounds = Number(flags.rounds ?? 3);
const { backend } = await openBackend((flags.backend ?? "tensorflow") as BackendName);
const folder = await Deno.makeTempDir({ prefix: "proxyan_bench_" });
try {
  const imagePaths = await writePhotos(folder, imageCount);
  const { size } = await Deno.stat(`${folder}/0.jpg`);
  console.log(
    `${imageCount} JPEG files of ${WIDTH}x${HEIGHT}, about ${(size / 1024).toFixed(0)} KiB; ` +
      `backend ${backend.name} ${backend.version}`,
  );
  await compareFromFiles(folder, imagePaths, {
    rounds,
    limitSeconds: Number(flags.limit ?? PEER_LIMIT_SECONDS),
  });
  // What fills the cache is not measured: that is the row above.
  const kept = imagePaths.slice(0, BATCH_SIZE);
  for (const inputSize of [224, 32]) {
    const rate = await measureLoader(folder, kept, { cacheBytes: 1e9, inputSize });
    console.log(formatRate(`${inputSize} px, decoded before`, rate));
  }
  if (flags.steps) {
    const stepCount = Number(flags.steps);
    const { waitedMs, allMs } = await measureWaiting(folder, imagePaths, stepCount);
    const rate = stepCount * STEP_SIZE / allMs * 1e3;
    console.log(
      `ResNet-50 on ${backend.name}, fed from files: ${rate.toFixed(1)} images/s, ` +
        `waited for images ${(waitedMs / allMs * 100).toFixed(2)}% of the time`,
    );
  }
  registerJpegDecoder(null);
  const bySharp: Rate[] = [];
  for (let round = 0; round < rounds; round++) {
    bySharp.push(await measureLoader(folder, imagePaths, { cacheBytes: 0, inputSize: 224 }));
  }
  console.log(formatRate(`${FROM_FILES}, by sharp`, medianRate(bySharp)));
} finally {
  await Deno.remove(folder, { recursive: true });
}
