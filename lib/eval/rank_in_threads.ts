/** Ranks with products of our own on all cores, where the backend has no faster ones. */

import { packPanels } from "./panels.ts";
import { countKept, QueryTable } from "./query_table.ts";
import type { RankAnswer, RankRequest } from "./rank_worker.ts";
import type { RankingTask } from "./ranking_task.ts";
import { type SharedRanking, ThreadRanker, type ThreadResult } from "./thread_ranker.ts";
import type { RankedSlots } from "./tile_ranker.ts";
import type { UnitRows } from "./unit_rows.ts";

/** Multiplications above which workers pay for their start. */
const MANY_PRODUCTS = 2 ** 30;

/**
 * How many threads a ranking takes.
 *
 * @param productCount Multiplications of all similarities.
 */
export function chooseThreadCount(productCount: number): number {
  return productCount < MANY_PRODUCTS || !canShare() ? 1 : navigator.hardwareConcurrency;
}

/** Ranks the queries of a task, every query once. The numbers are the same for any number of threads. */
export async function rankInThreads(
  task: RankingTask,
  queries: UnitRows,
  images: UnitRows,
  threadCount: number,
): Promise<RankedSlots[]> {
  const imagePanels = packPanels(images, task.images);
  const shared: SharedRanking = {
    task,
    columnCount: images.columnCount,
    imagePanels,
    queryPanels: task.isSymmetric ? imagePanels : packPanels(queries, task.queries),
    collected: {
      relevant: new Int32Array(openShared(task.isSymmetric ? countKept(task.capacities) * 8 : 0)),
      sizes: new Int32Array(openShared(task.capacities.length * 4)),
    },
    begun: new Int32Array(openShared(2 * 4)),
  };
  const results = threadCount === 1 ? [rankHere(shared)] : await rankAside(shared, threadCount);
  if (!task.isSymmetric) {
    return results.flatMap((result) => result.kind === "ranked" ? result.ranked : []);
  }
  const [table, other] = [new QueryTable(task.capacities), new QueryTable(task.capacities)];
  table.takeRelevant(shared.collected);
  for (const result of results) {
    if (result.kind !== "partial") continue;
    other.setPartialCounts(result.counts);
    table.merge(other);
  }
  return [{ firstSlot: 0, ...table.finish() }];
}

function rankHere(shared: SharedRanking): ThreadResult {
  const ranker = new ThreadRanker(shared);
  if (shared.task.isSymmetric) ranker.collect();
  return ranker.count();
}

async function rankAside(shared: SharedRanking, threadCount: number): Promise<ThreadResult[]> {
  const count = Math.min(threadCount, shared.task.queries.blockCount);
  const workers = Array.from(
    { length: count },
    () => new Worker(new URL("./rank_worker.ts", import.meta.url), { type: "module" }),
  );
  const askAll = (request: RankRequest) =>
    Promise.all(workers.map((worker) => askWorker(worker, request)));
  try {
    await askAll(shared);
    if (shared.task.isSymmetric) await askAll("collect");
    const answers = await askAll("count");
    return answers.filter((answer) => answer !== "ready");
  } finally {
    for (const worker of workers) worker.terminate();
  }
}

function askWorker(worker: Worker, request: RankRequest): Promise<RankAnswer> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<RankAnswer>) => resolve(data);
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(`Cannot rank in a thread as its worker must run: ${event.message}`));
    };
    worker.postMessage(request);
  });
}

/** Whether workers can be started that share memory: a page of a browser, bundled, has no file for them. */
function canShare(): boolean {
  if (typeof SharedArrayBuffer === "undefined" || typeof Deno === "undefined") return false;
  const url = new URL("./rank_worker.ts", import.meta.url);
  if (url.protocol !== "file:") return false;
  return Deno.permissions.querySync({ name: "read", path: url }).state === "granted";
}

function openShared(byteCount: number): ArrayBuffer | SharedArrayBuffer {
  return typeof SharedArrayBuffer === "undefined"
    ? new ArrayBuffer(byteCount)
    : new SharedArrayBuffer(byteCount);
}
