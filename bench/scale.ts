/**
 * What grows with the number of classes and of images: a step's loss over C proxies, what a sample of negatives misses, and an
 * evaluation. The figures of lib/cluster/README.md.
 *
 *     deno run -A bench/scale.ts [--backend tensorflow]
 */
// deno-lint-ignore-file no-console

import { parseArgs } from "@std/cli";
import * as tf from "@tensorflow/tfjs";
import type { BackendName } from "../lib/backend/backend.ts";
import { openBackend } from "../lib/backend/open_backend.ts";
import { evaluateSelfRetrieval } from "../lib/eval/self_retrieval.ts";
import { proxyAnLoss } from "../lib/loss/proxy_an.ts";
import { RandomStream } from "../lib/random_stream.ts";

const BATCH_SIZE = 80;
const EMBEDDING_SIZE = 128;
const CLASS_COUNTS = [1_000, 10_000, 100_000];
const ALPHA = 32;
const MARGIN = 0.1;

const flags = parseArgs(Deno.args, { string: ["backend"] });
const { backend } = await openBackend((flags["backend"] as BackendName) ?? "tensorflow");
console.log(`Backend ${backend.name} ${backend.version} on ${backend.device}`);

for (const classCount of CLASS_COUNTS) await timeLoss(classCount);
for (const spread of [0, 1]) compareSamples(100_000, spread);
await timeEvaluation(20_000);

/** Loss and its gradients at embeddings and proxies; the fastest of three after one to warm up. */
async function timeLoss(classCount: number): Promise<void> {
  const embeddings = tf.randomNormal<tf.Rank.R2>([BATCH_SIZE, EMBEDDING_SIZE], 0, 1, "float32", 1);
  const proxies = tf.randomNormal<tf.Rank.R2>([classCount, EMBEDDING_SIZE], 0, 1, "float32", 2);
  const labels = Array.from({ length: BATCH_SIZE }, (_, i) => i >> 1);
  const seconds: number[] = [];
  for (let round = 0; round < 4; round++) {
    const start = performance.now();
    const gradients = tf.tidy(() =>
      tf.grads((x, p) => proxyAnLoss(x as tf.Tensor2D, p as tf.Tensor2D, labels))([
        embeddings,
        proxies,
      ])
    );
    await Promise.all(gradients.map((gradient) => gradient.slice([0, 0], [1, 1]).data()));
    seconds.push((performance.now() - start) / 1000);
    tf.dispose(gradients);
  }
  tf.dispose([embeddings, proxies]);
  console.log(
    `Loss and gradients, B = ${BATCH_SIZE}, D = ${EMBEDDING_SIZE}, C = ${classCount}: ` +
      `${(Math.min(...seconds.slice(1)) * 1000).toFixed(0)} ms`,
  );
}

/**
 * The negative part of Proxy-AN for one embedding, log(1 + Σ exp(α (s + δ))) over C - 1 proxies, against the same from K of them
 * drawn at random, each counted (C - 1) / K times; and from the K nearest alone.
 *
 * @param spread Strength of a direction that all proxies share, so that some classes are near ones.
 */
function compareSamples(classCount: number, spread: number): void {
  const stream = RandomStream.named(3, "proxies");
  const shared = unit(Array.from({ length: EMBEDDING_SIZE }, () => stream.nextNormal()));
  const query = shared;
  const cosines = Float64Array.from({ length: classCount }, () => {
    const lean = spread * Math.abs(stream.nextNormal());
    const row = unit(
      shared.map((value) => stream.nextNormal() / Math.sqrt(EMBEDDING_SIZE) + lean * value * 0.2),
    );
    return row.reduce((sum, value, i) => sum + value * query[i]!, 0);
  });
  const weigh = (cosine: number) => Math.exp(ALPHA * (cosine + MARGIN));
  const whole = Math.log1p(cosines.reduce((sum, cosine) => sum + weigh(cosine), 0));
  const sorted = cosines.toSorted().reverse();
  for (const share of [0.001, 0.01, 0.1]) {
    const count = Math.round(classCount * share);
    const errors = Array.from({ length: 200 }, () => {
      let sum = 0;
      for (let i = 0; i < count; i++) {
        sum += weigh(cosines[stream.nextInteger(classCount)]!);
      }
      return Math.log1p(sum * classCount / count) - whole;
    });
    const mean = errors.reduce((a, b) => a + b, 0) / errors.length;
    const deviation = Math.sqrt(errors.reduce((a, b) => a + (b - mean) ** 2, 0) / errors.length);
    const nearest = sorted.subarray(0, count).reduce((sum, cosine) => sum + weigh(cosine), 0);
    console.log(
      `C = ${classCount}, spread ${spread}: loss ${
        whole.toFixed(3)
      }; ${count} at random are off by ${mean.toFixed(3)} ` +
        `± ${deviation.toFixed(3)}; the ${count} nearest have ${
          (100 * nearest / Math.expm1(whole)).toFixed(1)
        }% of the sum`,
    );
  }
}

function unit(row: readonly number[]): number[] {
  const length = Math.hypot(...row);
  return row.map((value) => value / length);
}

async function timeEvaluation(imageCount: number): Promise<void> {
  const stream = RandomStream.named(4, "embeddings");
  const data = Float32Array.from(
    { length: imageCount * EMBEDDING_SIZE },
    () => stream.nextNormal(),
  );
  const labels = Array.from({ length: imageCount }, (_, i) => Math.floor(i / 5));
  const start = performance.now();
  await evaluateSelfRetrieval(
    { data, rowCount: imageCount, columnCount: EMBEDDING_SIZE },
    labels,
    { ks: [1, 10, 100, 1000], protocol: "corrected" },
  );
  const seconds = (performance.now() - start) / 1000;
  console.log(
    `Evaluation of ${imageCount} x ${EMBEDDING_SIZE}: ${seconds.toFixed(1)} s, ` +
      `${(seconds / imageCount ** 2 * 1e9).toFixed(2)} ns a pair`,
  );
}
