/** The threads of backend `wasm`: the one that asks, and helpers that are started when there is much to do. */

import { CALL_LIMIT, createJobMemory, type JobFunctions, SharedJob } from "./shared_job.ts";
import type { HelperData } from "./kernel_worker.ts";
import type { Kernels } from "./kernel_functions.ts";

/** A call of one of our kernels: its name and its arguments. */
export type KernelCall = {
  readonly [K in keyof Kernels]: readonly [K, ...Parameters<Kernels[K]>];
}[keyof Kernels];

/** Multiplications below which waking another thread costs more than it brings. */
const FEW_MULTIPLICATIONS = 2 ** 20;
/** Parts of a kernel's work for each thread, so that one that is held up holds up little. */
const PARTS_PER_THREAD = 4;

/** Starts a helper. The owner's process does not wait for its end; `onFailure` is told why, if it fails. */
export type StartHelper = (data: HelperData, onFailure: (reason: string) => void) => void;

/** Threads that work in one memory. */
export class KernelThreads {
  readonly #indices: ReadonlyMap<string, number>;
  readonly #functions: JobFunctions;
  readonly #job: SharedJob | null;
  readonly #startHelper: () => void;
  readonly #onAlone: (reason: string) => void;
  #isAlone: boolean;
  /** Threads that work at a time; more than 1 only where there are helpers. */
  threadCount = 1;

  /**
   * @param kernels Exports of an instance of `module` in `memory`.
   * @param startHelper `null` where no other thread can be had.
   * @param onAlone Told why, once, if a helper cannot be had after all: one thread goes on, to the same bits.
   */
  constructor(
    kernels: WebAssembly.Exports,
    module: WebAssembly.Module,
    memory: WebAssembly.Memory,
    startHelper: StartHelper | null,
    onAlone: (reason: string) => void,
  ) {
    this.#indices = new Map(Object.keys(kernels).map((name, index) => [name, index]));
    this.#functions = Object.values(kernels) as unknown as JobFunctions;
    const job = startHelper === null ? null : createJobMemory();
    this.#job = job && new SharedJob(job, this.#functions);
    this.#isAlone = startHelper === null;
    this.#onAlone = onAlone;
    this.#startHelper = () =>
      startHelper?.({ module, memory, job: job! }, (reason) => this.#goAlone(reason));
  }

  #goAlone(reason: string): void {
    if (this.#isAlone) return;
    this.#isAlone = true;
    this.threadCount = 1;
    this.#onAlone(reason);
  }

  /** Whether there can be more than one thread. */
  get canShare(): boolean {
    return !this.#isAlone;
  }

  /** How many parts a kernel's work should have: 1 if it is small, or there is one thread. */
  countParts(multiplicationCount: number): number {
    return this.threadCount === 1 || multiplicationCount < FEW_MULTIPLICATIONS
      ? 1
      : this.threadCount * PARTS_PER_THREAD;
  }

  /** Runs tasks, each a list of calls that follow one another, in any order and on any thread. Returns when all have ended. */
  run(tasks: readonly (readonly KernelCall[])[]): void {
    if (this.#job === null || this.threadCount === 1 || tasks.length === 1) {
      for (const [name, ...args] of tasks.flat()) {
        this.#functions[this.#indices.get(name)!]!(...args as number[]);
      }
      return;
    }
    while (this.#job.helperCount < this.threadCount - 1) {
      this.#job.addHelper();
      this.#startHelper();
    }
    let [first, callCount] = [0, 0];
    tasks.forEach((task, i) => {
      if (callCount + task.length > CALL_LIMIT) {
        this.#runJob(tasks.slice(first, i));
        [first, callCount] = [i, 0];
      }
      callCount += task.length;
    });
    this.#runJob(tasks.slice(first));
  }

  #runJob(tasks: readonly (readonly KernelCall[])[]): void {
    this.#job!.run(
      tasks.map((task) =>
        task.map(([name, ...args]) => [this.#indices.get(name)!, ...args] as const)
      ),
      this.threadCount - 1,
    );
  }
}
