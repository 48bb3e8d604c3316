/**
 * The authors' settings, end to end on real photographs: ResNet-50, 224 px, batches of 27 x 3, frozen batch norms, two epochs of
 * warm-up (as many as `--warmup-epochs` says) and then everything, images loaded and augmented, Proxy-AN, AdamW.
 *
 *     deno run -A bench/paper_steps.ts [--steps 60] [--micro-batch 27] [--warmup-epochs 1] [--weights FILE] [--threads 2]
 *         [--data-root data]
 *
 * The photographs are those of `deno task convert --dataset cars196 --profile photos`, enlarged; what is in them plays no part in
 * the rate. Images per second are those of whole steps, loading included, by the median; the first step of each phase, which
 * compiles, is left out. Without `--weights` the network begins with random numbers.
 */
// deno-lint-ignore-file no-console

import { parseArgs } from "@std/cli";
import { openBackend } from "../lib/backend/open_backend.ts";
import { openDataset } from "../lib/dataset/open_dataset.ts";
import { findPretrained, readPretrained } from "../lib/experiment/pretrained.ts";
import { resolveConfig } from "../lib/experiment/settings.ts";
import { hashCode } from "../lib/experiment/hash_code.ts";
import { createImageLoader } from "../lib/image/loader.ts";
import { findBackbone } from "../lib/model/registry.ts";
import { createLearner, disposeLearner } from "../lib/train/learner.ts";
import { identifyRun } from "../lib/train/run_identity.ts";
import { runTraining } from "../lib/train/run_training.ts";
import { PAPER_SETTINGS } from "../tasks/experiments/paper.ts";
import { readPeakMemory } from "./peak_memory.ts";

const CACHE_BYTES = 2 ** 29;

const flags = parseArgs(Deno.args, {
  string: ["steps", "micro-batch", "warmup-epochs", "weights", "threads", "data-root"],
});
const stepCount = Number(flags.steps ?? 60);
const microBatchSize = flags["micro-batch"] ? Number(flags["micro-batch"]) : undefined;
const dataRoot = String(flags["data-root"] ?? "data");
const warmup = flags["warmup-epochs"];
const backbone = "resnet50";
const file = await findPretrained({
  backbone,
  profile: "paper",
  dataRoot,
  weights: String(flags.weights ?? "none"),
});
const config = resolveConfig(PAPER_SETTINGS.cars196, {
  profile: "photos",
  dataset: "cars196",
  setting: { kind: "full" },
  protocol: "published",
  loss: "proxy_an",
  backbone,
  seed: 2024,
  pretrainedHash: file?.hash ?? null,
}, warmup === undefined ? {} : { "warmup-epochs": Number(warmup) });
const dataset = await openDataset({ name: "cars196", profile: "photos", dataRoot });
const { backend } = await openBackend("tensorflow", { threads: Number(flags.threads ?? 2) });
const { preset } = findBackbone(backbone);
const { resizeSize, inputSize, classesPerBatch, imagesPerClass } = config;
const loader = createImageLoader({
  folder: dataset.folder,
  remedy: dataset.remedy,
  preset: { ...preset, resizeSize, inputSize },
  cacheBytes: CACHE_BYTES,
});
const learner = createLearner(
  config,
  dataset.trainClasses.length,
  await readPretrained(file, backbone),
);

/** What the steps of a phase took, and their losses. */
interface Phase {
  readonly seconds: number[];
  readonly losses: number[];
}

/** Takes steps until there are enough. */
async function takeSteps(runFolder: string): Promise<ReadonlyMap<string, Phase>> {
  const phases = new Map<string, Phase>();
  const events = runTraining<null>(learner, {
    config,
    labels: dataset.train.map(({ classIndex }) => classIndex),
    classCount: dataset.trainClasses.length,
    epochImageCount: dataset.train.length,
    loadBatch: (indices, streamOf) =>
      loader.loadTrain(indices.map((index) => dataset.train[index]!), streamOf),
    evaluate: () => Promise.resolve(null),
    runFolder,
    identity: identifyRun(backend, {
      isEager: false,
      microBatchSize: microBatchSize ?? null,
      dataHash: dataset.dataHash,
      codeHash: await hashCode(),
    }),
    microBatchSize,
  });
  let [done, before] = [0, performance.now()];
  for await (const event of events) {
    const now = performance.now();
    if (event.kind === "step") {
      const name = event.epoch <= config.warmupEpochCount ? "warm-up" : "everything learns";
      if (!phases.has(name)) phases.set(name, { seconds: [], losses: [] });
      phases.get(name)!.seconds.push((now - before) / 1000);
      phases.get(name)!.losses.push(event.loss);
      if (++done === stepCount) return phases;
    }
    before = performance.now();
  }
  return phases;
}

function describePhase(name: string, { seconds, losses }: Phase): string {
  const counted = seconds.slice(1).toSorted((a, b) => a - b);
  const median = counted[Math.floor(counted.length / 2)] ?? NaN;
  const rate = classesPerBatch * imagesPerClass / median;
  return `  ${name}: ${seconds.length} steps, ${median.toFixed(2)} s by the median, ${
    rate.toFixed(2)
  } images/s (fastest step ${counted[0]?.toFixed(2)} s); loss ${losses[0]!.toFixed(4)} to ${
    losses.at(-1)!.toFixed(4)
  }`;
}

const loadBefore = Deno.loadavg();
const folder = await Deno.makeTempDir();
try {
  const phases = await takeSteps(folder);
  console.log(
    `${backbone}, ${inputSize} px, ${classesPerBatch} x ${imagesPerClass} images, micro-batch ${
      microBatchSize ?? "none"
    }, first weights ${file?.path ?? "random"}; ${backend.name} ${backend.version}, ` +
      `${backend.threads} threads of ${navigator.hardwareConcurrency}, ${backend.device}`,
  );
  for (const [name, phase] of phases) console.log(describePhase(name, phase));
  const memory = await readPeakMemory();
  console.log(`  peak memory of the process: ${memory ? (memory / 2 ** 30).toFixed(2) : "?"} GiB`);
  const loads = [loadBefore, Deno.loadavg()].map((load) => load[1]!.toFixed(1)); // of 5 minutes
  console.log(`  load of the machine before and after: ${loads.join(", ")}`);
} finally {
  disposeLearner(learner);
  await Deno.remove(folder, { recursive: true });
}
