/**
 * A training step against PyTorch's: 224 px, frozen batch norms, head, Proxy-AN, AdamW; then embedding; then memory.
 *
 *     deno run -A bench/train_step.ts [--backbone resnet50] [--backend tensorflow] [--precision float32] [--batch 8] \
 *       [--embed-batch 32] [--threads 2] [--rounds 10] [--ways plain,tuned,compiled] [--limit 300] \
 *       [--against float32]
 *     deno run -A bench/train_step.ts --profile      # where the time of a step and of an embedding goes, by op
 *
 * The sides take turns, a step each, so that other load on the machine hits all; the median counts, and the fastest stands beside it.
 * The rate by processor is images in a second of all threads' processor time: fairer where other programs run. Peak memory is that of
 * each process after its steps, before anything is embedded. PyTorch is that of the Python of `PROXYAN_PYTHON` (or python3), with
 * torchvision and timm; its ways are in bench/peers/train_step.py, by default the three of float32, or autocast's for bfloat16. A way that
 * takes longer than `--limit` seconds to begin, as torch.compile may, or for an answer is cut off and says why; the others go on. `--ways none`
 * leaves PyTorch out; `--against` adds our own program in another precision.
 */

import type * as tf from "@tensorflow/tfjs";
import { parseArgs } from "@std/cli";
import type { BackendName, Precision } from "../lib/backend/backend.ts";
import { type OpTime, profileFunction } from "../lib/backend/tensorflow/graph/op_profile.ts";
import { maskOwnClass } from "../lib/loss/labels.ts";
import { EVALUATION_MODE } from "../lib/model/embedder.ts";
import { type Learner, proxyVariables } from "../lib/train/learner.ts";
import { differentiate } from "../lib/train/loss_gradients.ts";
import { applyGradients, type StepOptions, trainStep } from "../lib/train/step.ts";
import { openPeer, type Peer, PEER_LIMIT_SECONDS, PeerFailure } from "./peers/python_peer.ts";
import { CLASS_COUNT, openOwnSide, type OwnChoice, type Side } from "./own_training.ts";
import { randomImages } from "./train_setup.ts";
import { median } from "./median.ts";

/** Between turns, so that the other side's threads have stopped to spin. */
const PAUSE_MS = 300;

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

/** Every op of a step, the loss, its gradients, and the update; then of an embedding. */
async function profile(
  learner: Learner,
  options: StepOptions,
  sizes: Pick<OwnChoice, "batch" | "embedBatch">,
): Promise<void> {
  const { embedder, networkOptimizer, proxyOptimizer } = learner;
  const images = randomImages(sizes.batch, options.config.inputSize);
  const labels = Array.from({ length: sizes.batch }, (_, i) => i % CLASS_COUNT);
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
  printOps(`training step, ${sizes.batch} images`, ops);
  const embedded = profileFunction(
    ([pixels]) => [embedder.embed(pixels as tf.Tensor4D, EVALUATION_MODE)],
    [randomImages(sizes.embedBatch, options.config.inputSize)],
    { variables: embedder.tensors.variables() },
  );
  printOps(`embedding, ${sizes.embedBatch} images`, embedded);
}

function printOps(title: string, ops: readonly OpTime[]): void {
  const total = ops.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  console.log(`\n${title.padEnd(44)} count         ms   share`);
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

const flags = parseArgs(Deno.args, {
  boolean: ["profile"],
  string: [
    ...["backend", "backbone", "batch", "embed-batch", "threads", "rounds", "precision", "ways"],
    ...["against", "limit"],
  ],
});
const sizes = { batch: Number(flags.batch ?? 8), embedBatch: Number(flags["embed-batch"] ?? 32) };
const [threads, rounds] = [Number(flags.threads ?? 2), Number(flags.rounds ?? 10)];
const choice = {
  ...sizes,
  backbone: String(flags.backbone ?? "resnet50"),
  backend: (flags.backend ?? "tensorflow") as BackendName,
  precision: (flags.precision ?? "float32") as Precision,
  threads,
};
const { side: own, backend, learner, options } = await openOwnSide(choice);
console.log(
  `${choice.backbone}, ${options.config.inputSize} px, ${threads} threads, ${backend.device}`,
);
if (flags.profile) {
  await profile(learner, options, sizes);
} else {
  const script = new URL("./peers/train_step.py", import.meta.url);
  const peers: Peer[] = [];
  const usual = backend.precision === "bfloat16" ? "bfloat16" : "plain,tuned,compiled";
  const limitSeconds = Number(flags.limit ?? PEER_LIMIT_SECONDS);
  const ways = String(flags.ways ?? usual).split(",").filter((way) => way !== "none");
  for (const way of ways) {
    const args = [threads, sizes.batch, sizes.embedBatch].map(String);
    const peer = await openPeer(script, [...args, way, choice.backbone], { limitSeconds });
    if (peer instanceof PeerFailure) console.log(`PyTorch, ${way}: left out: ${peer.message}`);
    else peers.push(peer);
  }
  if (flags.against) {
    const other = JSON.stringify({ ...choice, precision: flags.against });
    const command = [Deno.execPath(), "run", "--no-check", "-A"] as const;
    const script = new URL("./peers/own_step.ts", import.meta.url);
    const peer = await openPeer(script, [other], { limitSeconds, command: [...command] });
    if (peer instanceof PeerFailure) console.log(`Ours, ${flags.against}: ${peer.message}`);
    else peers.push(peer);
  }
  const sides = [own, ...peers.map(peerSide)];
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
