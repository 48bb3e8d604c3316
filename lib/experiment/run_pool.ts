/** Carries out runs, several at a time, each worker one after another. The results do not depend on how many. */

import { mapConcurrent } from "../map_concurrent.ts";
import { formatRunId } from "../train/run_id.ts";
import type { TrainConfig } from "../train/config.ts";
import type { LastMessage, RunMessage, RunRequest, WorkerOrder } from "./run_messages.ts";

/** How runs are carried out. */
export interface ExecuteRunsOptions extends Omit<RunRequest, "config" | "pretrainedPath"> {
  /** Runs at a time. */
  readonly jobCount: number;
  /** Ends the pool: what is under way stops after its present step, and nothing else begins. */
  readonly signal?: AbortSignal;
  /** File of pretrained weights of a backbone, or `null`. */
  pretrainedPathOf(backbone: string): string | null;
  /** Told of everything that happens. */
  onMessage?(config: TrainConfig, message: RunMessage): void;
}

/** How the runs ended. */
export interface PoolSummary {
  readonly finished: readonly string[];
  readonly failed: readonly { readonly runId: string; readonly message: string }[];
  /** Runs that were asked to stop, or not begun. */
  readonly stopped: readonly string[];
}

/**
 * Carries out every run; one that fails does not stop the others.
 *
 * @param configs Runs, begun in this order.
 */
export async function executeRuns(
  configs: readonly TrainConfig[],
  options: ExecuteRunsOptions,
): Promise<PoolSummary> {
  const finished: string[] = [];
  const failed: { runId: string; message: string }[] = [];
  const stopped: string[] = [];
  const workers: (Worker | undefined)[] = []; // one a lane
  try {
    await mapConcurrent(configs, options.jobCount, async (config, _index, lane) => {
      const runId = formatRunId(config);
      if (options.signal?.aborted) return void stopped.push(runId);
      const worker = workers[lane] ??= openWorker();
      const message = await executeIn(worker, config, options);
      if (message.kind === "finished") return void finished.push(runId);
      if (message.kind === "stopped") return void stopped.push(runId);
      failed.push({ runId, message: message.message });
      worker.terminate(); // its backend may be in any state
      workers[lane] = undefined;
    });
  } finally {
    for (const worker of workers) worker?.terminate();
  }
  return { finished, failed, stopped };
}

function openWorker(): Worker {
  return new Worker(new URL("./run_worker.ts", import.meta.url), { type: "module" });
}

/** Posts one run and waits for its last message. */
function executeIn(
  worker: Worker,
  config: TrainConfig,
  options: ExecuteRunsOptions,
): Promise<LastMessage> {
  const { jobCount: _jobs, signal, pretrainedPathOf, onMessage, ...common } = options;
  const request: RunRequest = {
    ...common,
    config,
    pretrainedPath: pretrainedPathOf(config.backbone),
  };
  const post = (order: WorkerOrder) => worker.postMessage(order);
  let stop = () => {};
  return new Promise<LastMessage>((resolve) => {
    let isWaiting = false; // for another process; a worker that waits hears nothing
    stop = () => isWaiting ? resolve({ kind: "stopped" }) : post({ kind: "stop" });
    worker.onmessage = ({ data: message }: MessageEvent<RunMessage>) => {
      onMessage?.(config, message);
      isWaiting = message.kind === "waiting";
      if (message.kind !== "progress" && message.kind !== "waiting") resolve(message);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      const message = { kind: "failed", message: event.message, isInputError: false } as const;
      onMessage?.(config, message);
      resolve(message);
    };
    signal?.addEventListener("abort", stop);
    post({ kind: "run", request });
  }).finally(() => signal?.removeEventListener("abort", stop));
}
