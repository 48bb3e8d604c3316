/**
 * Evaluation of a million embeddings that stay in their `.npy` file: queries a second and memory, by one process and by several with
 * queries of their own, as `eval --embeddings FILE --shard I/N` shares them out. The whole is extrapolated.
 *
 *     deno run -A bench/million_rows.ts [--images 1000000] [--size 128] [--queries 4096] [--processes 1,2] [--backend tensorflow]
 *
 * A process ranks half of its `--queries`, then the other half: the first time has what every evaluation has once, reading and
 * measuring all rows among it, and the second tells what queries cost. The cores are divided among the processes.
 */
// deno-lint-ignore-file no-console

import { parseArgs } from "@std/cli";
import { fromFileUrl, join } from "@std/path";
import { cpuUsage } from "node:process";
import type { BackendName } from "../lib/backend/backend.ts";
import { openBackend } from "../lib/backend/open_backend.ts";
import { openEmbeddingFile } from "../lib/eval/embedding_file.ts";
import { rankSelfRetrieval } from "../lib/eval/self_retrieval.ts";
import { formatNpyHeader } from "../lib/file/npy.ts";
import { listShardRows } from "../lib/experiment/ranking_parts.ts";
import { RandomStream } from "../lib/random_stream.ts";
import { readPeakMemory } from "./peak_memory.ts";

/** Images of a class, as SOP has them. */
const CLASS_SIZE = 5;
/** Numbers that are drawn: rows repeat them from different places, as drawing hundreds of millions would take longer than the bench. */
const POOL_SIZE = 2 ** 20;
const PART_ROWS = 10_000;

interface Timing {
  /** Of each of the two rankings. */
  readonly seconds: readonly number[];
  readonly processorSeconds: readonly number[];
  readonly peakBytes: number | null;
}

/** A matrix of float32, written a few rows at a time. */
async function writeNpy(path: string, rowCount: number, columnCount: number): Promise<void> {
  using file = await Deno.open(path, { write: true, create: true });
  const writer = file.writable.getWriter();
  await writer.write(formatNpyHeader([rowCount, columnCount]));
  const stream = RandomStream.named(1, "large embeddings");
  const pool = Float32Array.from({ length: POOL_SIZE }, () => stream.nextNormal());
  let center = 0;
  for (let first = 0; first < rowCount; first += PART_ROWS) {
    const part = new Float32Array(Math.min(PART_ROWS, rowCount - first) * columnCount);
    for (let at = 0; at < part.length; at += columnCount) {
      if ((first + at / columnCount) % CLASS_SIZE === 0) center = drawPlace(stream, columnCount);
      const noise = drawPlace(stream, columnCount);
      for (let k = 0; k < columnCount; k++) part[at + k] = pool[center + k]! + pool[noise + k]!;
    }
    await writer.write(new Uint8Array(part.buffer));
  }
  await writer.close();
}

const drawPlace = (stream: RandomStream, columnCount: number) =>
  stream.nextInteger(POOL_SIZE - columnCount);

/** One process: ranks some queries, then as many others. */
async function rankPart(
  path: string,
  queryRows: readonly [number, number],
  options: { readonly backend: BackendName; readonly threads: number },
): Promise<Timing> {
  await openBackend(options.backend, { threads: options.threads });
  using embeddings = await openEmbeddingFile(path);
  const labels = Array.from(
    { length: embeddings.rowCount },
    (_, row) => Math.floor(row / CLASS_SIZE),
  );
  const [first, end] = queryRows;
  const middle = Math.floor((first + end) / 2);
  const [seconds, processorSeconds]: [number[], number[]] = [[], []];
  for (const [from, to] of [[first, middle], [middle, end]] as const) {
    const [start, startUsage] = [performance.now(), cpuUsage()];
    const rows = Int32Array.from({ length: to - from }, (_, i) => from + i);
    await rankSelfRetrieval(embeddings, labels, "corrected", rows);
    const { user, system } = cpuUsage(startUsage);
    seconds.push((performance.now() - start) / 1e3);
    processorSeconds.push((user + system) / 1e6);
  }
  return { seconds, processorSeconds, peakBytes: await readPeakMemory() };
}

/** Processes side by side, each with queries of its own part. */
async function measure(path: string, imageCount: number, processCount: number): Promise<Timing[]> {
  const cores = Math.max(1, Math.floor(navigator.hardwareConcurrency / processCount));
  return await Promise.all(Array.from({ length: processCount }, async (_, i) => {
    const first = listShardRows(imageCount, { index: i + 1, count: processCount })[0]!;
    const part = [path, `${first}`, `${first + queryCount}`, `${cores}`].join();
    const args = ["run", "-A", fromFileUrl(import.meta.url), "--part", part, "--backend", backend];
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
    const text = new TextDecoder();
    if (code !== 0) throw new Error(text.decode(stderr));
    return JSON.parse(text.decode(stdout)) as Timing;
  }));
}

function printTimings(timings: readonly Timing[], imageCount: number): void {
  const count = timings.length;
  const rankedCount = queryCount / 2;
  const largest = (value: (timing: Timing) => number) => Math.max(...timings.map(value));
  const [once, more] = [0, 1].map((i) => largest(({ seconds }) => seconds[i]!)) as [number, number];
  const whole = once + (imageCount / count / rankedCount - 1) * more;
  const processor = timings.reduce((sum, timing) => sum + timing.processorSeconds[1]!, 0);
  console.log(
    `${count} process${count > 1 ? "es" : ""}: first ${rankedCount} queries each ${
      once.toFixed(1)
    } s, next ${more.toFixed(1)} s: ` +
      `${(count * rankedCount / more).toFixed(0)} queries/s, ${
        (count * rankedCount / processor).toFixed(0)
      } a processor second; ` +
      `largest memory of a process ${
        (largest(({ peakBytes }) => peakBytes ?? NaN) / 1e6).toFixed(0)
      } MB; ` +
      `all ${imageCount} extrapolated to ${(whole / 60).toFixed(0)} minutes`,
  );
}

const flags = parseArgs(Deno.args, {
  string: ["images", "size", "queries", "processes", "backend", "part"],
});
const backend = (flags.backend ?? "tensorflow") as BackendName;
const queryCount = Number(flags.queries ?? 4096);
if (flags.part) {
  const [path, first, end, threads] = String(flags.part).split(",") as [
    string,
    string,
    string,
    string,
  ];
  const options = { backend, threads: Number(threads) };
  console.log(JSON.stringify(await rankPart(path, [Number(first), Number(end)], options)));
} else {
  const [imageCount, columnCount] = [Number(flags.images ?? 1_000_000), Number(flags.size ?? 128)];
  const folder = await Deno.makeTempDir({ prefix: "proxyan_bench_" });
  try {
    const path = join(folder, "embeddings.npy");
    await writeNpy(path, imageCount, columnCount);
    const { size } = await Deno.stat(path);
    console.log(
      `${imageCount} x ${columnCount} in a file of ${
        (size / 1e6).toFixed(0)
      } MB, backend ${backend}, ` +
        `${navigator.hardwareConcurrency} cores`,
    );
    for (const count of String(flags.processes ?? "1,2").split(",").map(Number)) {
      printTimings(await measure(path, imageCount, count), imageCount);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
