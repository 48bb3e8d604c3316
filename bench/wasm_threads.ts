/**
 * What more threads bring on backend wasm: a training step and an embedding with one thread and with several, in turns.
 *
 *     deno run -A bench/wasm_threads.ts [--backbone resnet50] [--batch 8] [--embed-batch 16] [--threads 1,2] [--rounds 5]
 *
 * 224 px for published networks; frozen batch norms where the backbone has them, head, Proxy-AN, AdamW. The median counts; ratios are
 * over the first number of threads. The embeddings of all turns must have the same bits.
 */
// deno-lint-ignore-file no-console

import { parseArgs } from "@std/cli";
import { openBackend } from "../lib/backend/open_backend.ts";
import { hashBytes } from "../lib/file/hash.ts";
import { findBackbone } from "../lib/model/registry.ts";
import { createLearner } from "../lib/train/learner.ts";
import { trainStep } from "../lib/train/step.ts";
import { benchConfig, randomImages } from "./train_setup.ts";

const CLASS_COUNT = 100;

const flags = parseArgs(Deno.args, {
  string: ["backbone", "batch", "embed-batch", "threads", "rounds"],
});
const backbone = findBackbone(String(flags.backbone ?? "resnet50"));
const [batch, embedBatch] = [Number(flags.batch ?? 8), Number(flags["embed-batch"] ?? 16)];
const threadCounts = String(flags.threads ?? "1,2").split(",").map(Number);
const rounds = Number(flags.rounds ?? 5);

const { backend } = await openBackend("wasm");
const config = benchConfig(backbone, batch);
const learner = createLearner(config, CLASS_COUNT, null);
const images = randomImages(batch, config.inputSize);
const more = randomImages(embedBatch, config.inputSize);
const labels = Array.from({ length: batch }, (_, i) => i % CLASS_COUNT);
console.log(`${backbone.name}, ${config.inputSize} px, wasm ${backend.version}, ${backend.device}`);

async function embed(): Promise<string> {
  const embeddings = await learner.embedder.embedEvaluation(more);
  const values = await embeddings.data() as Float32Array<ArrayBuffer>;
  embeddings.dispose();
  return hashBytes(new Uint8Array(values.buffer));
}

async function step(): Promise<void> {
  await trainStep(learner, images, labels, { config, isWarmup: false, learningRateFactor: 1 });
}

/** Milliseconds of each number of threads, round by round; the first round is not counted. */
async function takeTurns(run: () => Promise<unknown>): Promise<number[][]> {
  const times: number[][] = threadCounts.map(() => []);
  for (let round = 0; round <= rounds; round++) {
    const answers = new Set<unknown>();
    for (const [i, threads] of threadCounts.entries()) {
      await openBackend("wasm", { threads });
      const start = performance.now();
      answers.add(await run());
      if (round > 0) times[i]!.push(performance.now() - start);
    }
    if (answers.size > 1) throw new Error("Embeddings differ with the number of threads");
  }
  return times;
}

function report(what: string, imageCount: number, times: readonly number[][]): void {
  const medians = times.map((each) => each.toSorted((a, b) => a - b)[Math.floor(each.length / 2)]!);
  console.log(`\n${what}, ${imageCount} images`);
  medians.forEach((ms, i) =>
    console.log(
      `  ${threadCounts[i]} threads`.padEnd(14) +
        `${(imageCount / ms * 1e3).toFixed(2)} images/s   ${(medians[0]! / ms).toFixed(2)}`,
    )
  );
}

report("training step", batch, await takeTurns(step));
report("embedding", embedBatch, await takeTurns(embed));
