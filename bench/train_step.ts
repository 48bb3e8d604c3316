/**
 * A training step of ResNet-50 against PyTorch's: 224 px, frozen batch norms, head, Proxy-AN, AdamW; then embedding; then memory.
 *
 *     deno run -A bench/train_step.ts [--backend tensorflow] [--batch 8] [--embed-batch 32] [--threads 2] [--rounds 10]
 *     deno run -A bench/train_step.ts --profile      # where the time of a step goes, by op
 *
 * Both sides take turns, a step each, so that other load on the machine hits both; the median counts, and the fastest stands
 * beside it. Peak memory is that of each process after its steps, before anything is embedded. PyTorch is that of the Python of
 * `PROXYAN_PYTHON` (or python3), with torchvision; it runs twice: as the authors' code does, and in the fastest way we know.
 */

import type * as tf from "@tensorflow/tfjs";
import { parseArgs } from "@std/cli";
import type { BackendName, Precision } from "../lib/backend/backend.ts";
import { openBackend } from "../lib/backend/open_backend.ts";
import { profileFunction } from "../lib/backend/tensorflow/graph/op_profile.ts";
import { maskOwnClass } from "../lib/loss/labels.ts";
import { findBackbone } from "../lib/model/registry.ts";
import { createLearner, type Learner, proxyVariables } from "../lib/train/learner.ts";
import { differentiate } from "../lib/train/loss_gradients.ts";
import { applyGradients, trainStep } from "../lib/train/step.ts";
import { readPeakMemory } from "./peak_memory.ts";
import { openPeer, type Peer } from "./peers/python_peer.ts";
import { benchConfig, randomImages } from "./train_setup.ts";

const CLASS_COUNT = 100;
/** Between turns, so that the other side's threads have stopped to spin. */
const PAUSE_MS = 300;

/** One side of the comparison. */
interface Side {
  readonly name: string;
  /** Milliseconds. */
  readonly step: () => Promise<number>;
  /** Milliseconds. */
  readonly embed: () => Promise<number>;
  /** Bytes that the process ever held; `null` where the system does not tell. */
  readonly memory: () => Promise<number | null>;
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

function ownSide(name: string, learner: Learner, options: typeof STEP, sizes: Sizes): Side {
  const { inputSize } = options.config;
  const images = randomImages(sizes.batch, inputSize);
  const labels = Array.from({ length: sizes.batch }, (_, i) => i % CLASS_COUNT);
  let more: tf.Tensor4D | undefined;
  return {
    name,
    step: () => timed(() => trainStep(learner, images, labels, options)),
    embed: () =>
      timed(async () => {
        more ??= randomImages(sizes.embedBatch, inputSize);
        const embeddings = await learner.embedder.embedEvaluation(more);
        await embeddings.data();
        embeddings.dispose();
      }),
    memory: readPeakMemory,
  };
}

function peerSide(peer: Peer): Side {
  const ask = (op: string) => () => peer.ask({ op });
  return { name: peer.greeting, step: ask("step"), embed: ask("embed"), memory: ask("memory") };
}

/** Turns of every side; the first is not counted. */
async function takeTurns(
  sides: readonly Side[],
  what: "step" | "embed",
  rounds: number,
): Promise<number[][]> {
  const times: number[][] = sides.map(() => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [i, side] of sides.entries()) {
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      const ms = await side[what]();
      if (round > 0) times[i]!.push(ms);
    }
  }
  return times;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

function report(what: string, imageCount: number, sides: readonly Side[], times: number[][]): void {
  const own = median(times[0]!);
  console.log(`\n${what}, ${imageCount} images`);
  sides.forEach(({ name }, i) => {
    const rate = (ms: number) => (imageCount / ms * 1e3).toFixed(2);
    const fastest = Math.min(...times[i]!);
    const ratio = i === 0
      ? ""
      : `   ours over it: ${(median(times[i]!) / own).toFixed(2)} (fastest: ${
        (fastest / Math.min(...times[0]!)).toFixed(2)
      })`;
    const rates = `${rate(median(times[i]!))} images/s (fastest ${rate(fastest)})`;
    console.log(`  ${name.padEnd(34)} ${rates}${ratio}`);
  });
}

/** Every op of a step: the loss, its gradients, and the update. */
async function profile(learner: Learner, options: typeof STEP, batch: number): Promise<void> {
  const { embedder, networkOptimizer, proxyOptimizer } = learner;
  const images = randomImages(batch, options.config.inputSize);
  const labels = Array.from({ length: batch }, (_, i) => i % CLASS_COUNT);
  await trainStep(learner, images, labels, options); // makes the optimizers' state
  const mask = maskOwnClass(labels, CLASS_COUNT);
  const ops = profileFunction(
    ([pixels, mask]) => {
      const { loss, gradients } = differentiate(
        learner,
        pixels as tf.Tensor4D,
        mask as tf.Tensor2D,
        options,
      );
      applyGradients(learner, gradients, options);
      return [loss];
    },
    [images, mask],
    {
      variables: [
        ...embedder.tensors.variables(),
        ...proxyVariables(learner),
        ...networkOptimizer.variables(),
        ...proxyOptimizer.variables(),
      ],
    },
  );
  const total = ops.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  console.log(`\n${"Op".padEnd(44)} count         ms   share`);
  for (const { op, count, milliseconds } of ops) {
    if (milliseconds < total / 1000) continue;
    console.log(
      op.padEnd(44) + `${count}`.padStart(6) + milliseconds.toFixed(1).padStart(11) +
        `${(milliseconds / total * 100).toFixed(1)}%`.padStart(8),
    );
  }
  console.log(
    `${"all".padEnd(44)}${`${ops.reduce((sum, { count }) => sum + count, 0)}`.padStart(6)}` +
      total.toFixed(1).padStart(11) + "   (time of threads: ops that run side by side both count)",
  );
}

interface Sizes {
  readonly batch: number;
  readonly embedBatch: number;
}

const flags = parseArgs(Deno.args, {
  boolean: ["profile"],
  string: ["backend", "backbone", "batch", "embed-batch", "threads", "rounds", "precision"],
});
const backbone = findBackbone(String(flags.backbone ?? "resnet50"));
const sizes = { batch: Number(flags.batch ?? 8), embedBatch: Number(flags["embed-batch"] ?? 32) };
const [threads, rounds] = [Number(flags.threads ?? 2), Number(flags.rounds ?? 10)];
const backendName = (flags.backend ?? "tensorflow") as BackendName;
const { backend } = await openBackend(backendName, {
  ...(backendName === "tensorflow" ? { threads } : {}),
  precision: flags.precision as Precision,
});
const STEP = {
  config: benchConfig(backbone, sizes.batch),
  isWarmup: false,
  learningRateFactor: 1,
};
const learner = createLearner(STEP.config, CLASS_COUNT, null);
const name = `proxyan, ${backend.name} ${backend.version}`;
console.log(
  `${backbone.name}, ${STEP.config.inputSize} px, ${threads} threads, ${backend.device}`,
);
if (flags.profile) {
  await profile(learner, STEP, sizes.batch);
} else {
  const script = new URL("./peers/train_step.py", import.meta.url);
  const peers: Peer[] = [];
  for (const kind of backbone.name === "resnet50" ? ["plain", "tuned"] : []) {
    const args = [threads, sizes.batch, sizes.embedBatch].map(String);
    const peer = await openPeer(script, [...args, kind]);
    if (peer) peers.push(peer);
  }
  if (peers.length === 0) console.log("PyTorch with torchvision is absent, or has no such network");
  const sides = [ownSide(name, learner, STEP, sizes), ...peers.map(peerSide)];
  report("training step", sizes.batch, sides, await takeTurns(sides, "step", rounds));
  const memory = await Promise.all(sides.map((side) => side.memory()));
  report("embedding", sizes.embedBatch, sides, await takeTurns(sides, "embed", rounds));
  console.log("\npeak memory of the process that trains");
  sides.forEach(({ name }, i) => {
    const bytes = memory[i];
    console.log(
      `  ${name.padEnd(34)} ${bytes ? `${(bytes / 2 ** 20).toFixed(0)} MiB` : "unknown"}`,
    );
  });
  for (const peer of peers) await peer.close();
}
