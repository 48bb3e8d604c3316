/**
 * Retrieval metrics of embeddings, Recall@1 to 1000 and MAP@R, against the authors' way in PyTorch and against faiss.
 *
 *     deno run -A bench/evaluation.ts [--images 5924] [--size 512] [--backend tensorflow] [--rounds 5] [--alone] [--limit 300]
 *
 * The sides take turns; the median of each counts, and all are printed; below 20,000 images a first turn is not counted. Processor
 * seconds, of all cores together, tell more than the clock where other programs run. `--alone` leaves the others out: then the largest
 * memory that the process held is that of the evaluation. The Python of `PROXYAN_PYTHON` (or python3) must have torch, numpy and faiss;
 * a side that is missing, or takes longer than `--limit` seconds for an answer, is left out and says why.
 */
// deno-lint-ignore-file no-console

import { parseArgs } from "@std/cli";
import { cpuUsage } from "node:process";
import type { BackendName } from "../lib/backend/backend.ts";
import { openBackend } from "../lib/backend/open_backend.ts";
import type { EmbeddingMatrix } from "../lib/eval/embedding_matrix.ts";
import { evaluateSelfRetrieval } from "../lib/eval/self_retrieval.ts";
import { formatNpy } from "../lib/file/npy.ts";
import { RandomStream } from "../lib/random_stream.ts";
import { readPeakMemory } from "./peak_memory.ts";
import { openPeer, type Peer, PEER_LIMIT_SECONDS, PeerFailure } from "./peers/python_peer.ts";
import { median } from "./median.ts";

const KS = [1, 10, 100, 1000];
/** Images of a class: as CUB200 and CARS196 have them, or SOP. */
const CLASS_SIZES = { few: 59, many: 5, manyImages: 20_000 };
const PEERS = [
  { way: "authors", name: "authors' way, PyTorch" },
  { way: "faiss", name: "faiss, lists of 1,001" },
] as const;

/** Classes around centers, so that Recall@1 is neither 0 nor 1. */
function drawEmbeddings(labels: readonly number[], columnCount: number): EmbeddingMatrix {
  const stream = RandomStream.named(1, "embeddings");
  const data = new Float32Array(labels.length * columnCount);
  let center = new Float32Array(columnCount);
  for (let row = 0; row < labels.length; row++) {
    if (row === 0 || labels[row] !== labels[row - 1]) {
      center = center.map(() => stream.nextNormal());
    }
    const start = row * columnCount;
    for (let k = 0; k < columnCount; k++) data[start + k] = center[k]! + 3 * stream.nextNormal();
  }
  return { data, rowCount: labels.length, columnCount };
}

/** A side beside ours. */
interface Other {
  readonly name: string;
  readonly peer: Peer;
  readonly times: Times;
}

/** Python sides with the embeddings in files; says which are left out. */
async function openOthers(
  matrix: EmbeddingMatrix,
  labels: readonly number[],
  limitSeconds: number,
): Promise<Other[]> {
  const folder = await Deno.makeTempDir({ prefix: "proxyan_bench_" });
  try {
    const paths = [`${folder}/embeddings.npy`, `${folder}/labels.npy`] as const;
    await Deno.writeFile(paths[0], formatNpy(matrix.data, [matrix.rowCount, matrix.columnCount]));
    await Deno.writeFile(paths[1], formatNpy(Float32Array.from(labels), [labels.length]));
    const script = new URL("./peers/evaluation.py", import.meta.url);
    const others: Other[] = [];
    for (const { way, name } of PEERS) {
      const args = [...paths, `${navigator.hardwareConcurrency}`, way];
      const peer = await openPeer(script, args, { limitSeconds }); // it has read them
      if (peer instanceof PeerFailure) console.log(`${name.padEnd(24)} left out: ${peer.message}`);
      else others.push({ name, peer, times: { wall: [], processor: [] } });
    }
    return others;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A turn of another side. @returns Whether it goes on: one that fails says why. */
async function takeTurn({ name, peer, times }: Other): Promise<boolean> {
  try {
    times.wall.push(await peer.ask({ op: "run" }));
    times.processor.push(await peer.ask({ op: "processor" }));
    return true;
  } catch (error) {
    if (!(error instanceof PeerFailure)) throw error;
    console.log(`${name.padEnd(24)} left out: ${error.message}`);
    return false;
  }
}

/** Times of one side, in seconds. */
interface Times {
  readonly wall: number[];
  readonly processor: number[];
}

function clear({ wall, processor }: Times): void {
  wall.length = processor.length = 0;
}

function printSide(name: string, { wall, processor }: Times, own: Times): void {
  const [wallMedian, processorMedian] = [median(wall), median(processor)];
  console.log(
    `${name.padEnd(24)} median ${wallMedian.toFixed(2)} s (${formatAll(wall)}), ` +
      `ratio ${(wallMedian / median(own.wall)).toFixed(2)}; ` +
      `processor ${processorMedian.toFixed(2)} s, ratio ${
        (processorMedian / median(own.processor)).toFixed(2)
      }`,
  );
}

const formatAll = (values: readonly number[]) => values.map((value) => value.toFixed(2)).join(" ");

const flags = parseArgs(Deno.args, {
  string: ["images", "size", "backend", "rounds", "limit"],
  boolean: ["alone"],
});
const [imageCount, columnCount] = [Number(flags.images ?? 5924), Number(flags.size ?? 512)];
const rounds = Number(flags.rounds ?? 5);
const { few, many, manyImages } = CLASS_SIZES;
const classSize = imageCount < manyImages ? few : many;
const labels = Array.from({ length: imageCount }, (_, i) => Math.floor(i / classSize));
const embeddings = drawEmbeddings(labels, columnCount);
const { backend } = await openBackend((flags.backend ?? "tensorflow") as BackendName);
console.log(
  `${imageCount} images, D = ${columnCount}, classes of ${classSize}; backend ${backend.name} ${backend.version}, ` +
    `${navigator.hardwareConcurrency} cores`,
);
const limitSeconds = Number(flags.limit ?? PEER_LIMIT_SECONDS);
let others = flags.alone ? [] : await openOthers(embeddings, labels, limitSeconds);
const own: Times = { wall: [], processor: [] };
// A few seconds more where little is measured: the first turn of each side compiles and fills caches.
const warmupCount = imageCount < manyImages ? 1 : 0;
for (let round = 0; round < rounds + warmupCount; round++) {
  if (round === warmupCount) [own, ...others.map(({ times }) => times)].forEach(clear);
  const [start, startUsage] = [performance.now(), cpuUsage()];
  const metrics = await evaluateSelfRetrieval(embeddings, labels, {
    ks: KS,
    protocol: "published",
  });
  const { user, system } = cpuUsage(startUsage);
  own.wall.push((performance.now() - start) / 1e3);
  own.processor.push((user + system) / 1e6);
  if (round === 0) console.log(JSON.stringify(metrics));
  const going: Other[] = [];
  for (const other of others) if (await takeTurn(other)) going.push(other);
  others = going;
}
const memory = await readPeakMemory();
printSide(`ours, ${backend.name}`, own, own);
if (memory !== null) console.log(`  largest memory ${(memory / 1e6).toFixed(0)} MB`);
for (const { name, peer, times } of others) {
  printSide(name, times, own);
  const peak = await peer.ask({ op: "peak" });
  console.log(`  ${peer.greeting}, largest memory ${peak.toFixed(0)} MB`);
  await peer.close();
}
