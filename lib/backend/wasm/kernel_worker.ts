/** A worker that helps with the kernels of one open backend `wasm`, in the memory of that backend. */

import { workerData } from "node:worker_threads";
import { type JobFunctions, type JobMemory, SharedJob } from "./shared_job.ts";

/** What a worker is started with. */
export interface HelperData {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly job: JobMemory;
}

/** How long it waits for work before it ends: longer than training pauses to load a batch. */
const IDLE_MILLISECONDS = 10_000;

const { module, memory, job } = workerData as HelperData;
const { exports } = new WebAssembly.Instance(module, { env: { memory } });
new SharedJob(job, Object.values(exports) as unknown as JobFunctions).help(IDLE_MILLISECONDS);
