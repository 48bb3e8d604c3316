/**
 * A training step against PyTorch's: 224 px, frozen batch norms, head, Proxy-AN, AdamW; then embedding; then memory.
 *
 *     deno run -A bench/train_step.ts [--backbone resnet50] [--backend tensorflow] [--precision float32] [--batch 8] \
 *       [--embed-batch 32] [--threads 2] [--rounds 10] [--ways plain,tuned,compiled] [--limit 300]
 *     deno run -A bench/train_step.ts --profile      # where the time of a step goes, by op
 *
 * The sides take turns, a step each, so that other load on the machine hits all; the median counts, and the fastest stands beside it.
 * The rate by processor is images in a second of all threads' processor time: fairer where other programs run. Peak memory is that of
 * each process after its steps, before anything is embedded. PyTorch is that of the Python of `PROXYAN_PYTHON` (or python3), with
 * torchvision and timm; its ways are in bench/peers/train_step.py, by default the three of float32, or autocast's for bfloat16. A way that
 * takes longer than `--limit` seconds to begin, as torch.compile may, or for an answer is cut off and says why; the others go on.
 */

import type * as tf from "@tensorflow/tfjs";
import { cpuUsage } from "node:process";
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
import { openPeer, type Peer, PEER_LIMIT_SECONDS, PeerFailure } from "./peers/python_peer.ts";
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
  /** Processor milliseconds of the last step or embedding. */
  readonly processor: () => Promise<number>;
  /** Bytes that the process ever held; `null` where the system does not tell. */
  readonly memory: () => Promise<number | null>;
}

/** Of our side's last run. */
let processorMs = 0;

async function timed(run: () => Promise<unknown>): Promise<number> {
  const [start, startUsage] = [performance.now(), cpuUsage()];
  await run();
  const { user, system } = cpuUsage(startUsage);
  processorMs = (user + system) / 1e3;
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
    processor: () => Promise.resolve(processorMs),
    memory: readPeakMemory,
  };
}

function peerSide(peer: Peer): Side {
  const ask = (op: string) => () => peer.ask({ op });
  return {
    name: peer.greeting,
    step: ask("step"),
    embed: ask("embed"),
    processor: ask("processor"),
    memory: ask("memory"),
  };
}

/** Milliseconds of one side's turns. */
interface Times {
  readonly wall: number[];
  readonly processor: number[];
}

/** Why sides are left out. */
type Failures = Map<Side, string>;

/** What a side gives; `null` if it fails, which is noted. */
async function attempt<T>(side: Side, failures: Failures, run: () => Promise<T>) {
  if (failures.has(side)) return null;
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof PeerFailure)) throw error;
    failures.set(side, error.message);
    return null;
  }
}

/** Turns of every side that has not failed; the first is not counted. */
async function takeTurns(
  sides: readonly Side[],
  failures: Failures,
  what: "step" | "embed",
  rounds: number,
): Promise<Times[]> {
  const times = sides.map((): Times => ({ wall: [], processor: [] }));
  for (let round = 0; round <= rounds; round++) {
    for (const [i, side] of sides.entries()) {
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      const turn = await attempt(side, failures, async () => ({
        ms: await side[what](),
        used: await side.processor(),
      }));
      if (round === 0 || turn === null) continue;
      times[i]!.wall.push(turn.ms);
      times[i]!.processor.push(turn.used);
    }
  }
  return times;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

function report(
  what: string,
  imageCount: number,
  sides: readonly Side[],
  failures: Failures,
  times: readonly Times[],
): void {
  const [own] = times as [Times];
  const rate = (ms: number) => (imageCount / ms * 1e3).toFixed(2);
  console.log(`\n${what}, ${imageCount} images`);
  sides.forEach((side, i) => {
    const { name } = side;
    const { wall, processor } = times[i]!;
    if (failures.has(side)) return console.log(`  ${name.padEnd(34)} ${failures.get(side)}`);
    const over = (of: (values: readonly number[]) => number, key: keyof Times) =>
      (of(times[i]![key]) / of(own[key])).toFixed(2);
    const least = (values: readonly number[]) => Math.min(...values);
    const ratio = i === 0
      ? ""
      : `   ours over it: ${over(median, "wall")} (fastest: ${over(least, "wall")}, processor: ${
        over(least, "processor")
      })`;
    const rates = `${rate(median(wall))} images/s (fastest ${rate(least(wall))}, by processor ${
      rate(least(processor))
    })`;
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
  string: [
    "backend",
    "backbone",
    "batch",
    "embed-batch",
    "threads",
    "rounds",
    "precision",
    "ways",
    "limit",
  ],
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
const name = `proxyan, ${backend.name} ${backend.version}, ${backend.precision}`;
console.log(
  `${backbone.name}, ${STEP.config.inputSize} px, ${threads} threads, ${backend.device}`,
);
if (flags.profile) {
  await profile(learner, STEP, sizes.batch);
} else {
  const script = new URL("./peers/train_step.py", import.meta.url);
  const peers: Peer[] = [];
  const usual = backend.precision === "bfloat16" ? "bfloat16" : "plain,tuned,compiled";
  const limitSeconds = Number(flags.limit ?? PEER_LIMIT_SECONDS);
  for (const way of String(flags.ways ?? usual).split(",")) {
    const args = [threads, sizes.batch, sizes.embedBatch].map(String);
    const peer = await openPeer(script, [...args, way, backbone.name], { limitSeconds });
    if (peer instanceof PeerFailure) console.log(`PyTorch, ${way}: left out: ${peer.message}`);
    else peers.push(peer);
  }
  const sides = [ownSide(name, learner, STEP, sizes), ...peers.map(peerSide)];
  const failures: Failures = new Map();
  const steps = await takeTurns(sides, failures, "step", rounds);
  report("training step", sizes.batch, sides, failures, steps);
  const memory = await Promise.all(
    sides.map((side) => attempt(side, failures, () => side.memory())),
  );
  const embeddings = await takeTurns(sides, failures, "embed", rounds);
  report("embedding", sizes.embedBatch, sides, failures, embeddings);
  console.log("\npeak memory of the process that trains");
  sides.forEach(({ name }, i) => {
    const bytes = memory[i];
    console.log(
      `  ${name.padEnd(34)} ${bytes ? `${(bytes / 2 ** 20).toFixed(0)} MiB` : "unknown"}`,
    );
  });
  for (const peer of peers) await peer.close();
}
