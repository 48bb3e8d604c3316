/** Runs a task with a device of one's own, as a lost device cannot be opened again. */

/** What {@linkcode runInWorker} can run. */
export type WorkerTask =
  | "lose the device"
  | "exceed the binding limit"
  | "fail beside the program"
  | "require a GPU"
  | "compute";

/** What came of it: the device, or the error. */
export interface WorkerOutcome {
  readonly errorName: string;
  readonly message: string;
  readonly values: readonly number[];
}

/** Carries out a task in a new worker. */
export function runInWorker(task: WorkerTask): Promise<WorkerOutcome> {
  const worker = new Worker(new URL("./webgpu_worker.ts", import.meta.url), { type: "module" });
  return new Promise<WorkerOutcome>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<WorkerOutcome>) => resolve(data);
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(event.message));
    };
    worker.postMessage(task);
  }).finally(() => worker.terminate());
}
