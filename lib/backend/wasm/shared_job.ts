/** What threads share of one kernel's work: calls of our module's functions, grouped into tasks that any thread may take. */

/** A call of one of the module's functions: which one, in the order of its exports, and its arguments. */
export type NumberedCall = readonly [index: number, ...args: readonly (number | boolean)[]];

/** Most calls and most tasks of a job. */
export const CALL_LIMIT = 2048;
/** Numbers that a call has room for: index, count of arguments, arguments. */
const CALL_SIZE = 24;

/** Words of a job's state. */
const [GENERATION, LEFT, BUSY, HELPERS, FAILED] = [0, 1, 2, 3, 4];
const STATE_SIZE = 8;

/** The memory of a job; can be sent to a worker. */
export interface JobMemory {
  /** The state's words, then the end of each task's calls. */
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly calls: Float64Array<SharedArrayBuffer>;
}

/** The functions that tasks call. */
export type JobFunctions = readonly ((...args: number[]) => void)[];

/** Memory for jobs, one after the other. */
export function createJobMemory(): JobMemory {
  return {
    words: new Int32Array(new SharedArrayBuffer((STATE_SIZE + CALL_LIMIT) * 4)),
    calls: new Float64Array(new SharedArrayBuffer(CALL_LIMIT * CALL_SIZE * 8)),
  };
}

/**
 * One job, as one thread sees it. The owner writes tasks and lets helpers take them; it takes tasks too, so that a job ends even if
 * no helper ever comes.
 *
 * Tasks are taken by counting `LEFT` down, and it is set after everything else is written: a helper that comes late finds no task
 * left, or those of the next job, complete. `BUSY` counts helpers between their first look at `LEFT` and their last task's end.
 */
export class SharedJob {
  readonly #words: JobMemory["words"];
  readonly #calls: JobMemory["calls"];
  readonly #functions: JobFunctions;

  constructor({ words, calls }: JobMemory, functions: JobFunctions) {
    this.#words = words;
    this.#calls = calls;
    this.#functions = functions;
  }

  /** Helpers that have been started and have not ended. */
  get helperCount(): number {
    return Atomics.load(this.#words, HELPERS);
  }

  /** Owner: counts a helper that it starts. */
  addHelper(): void {
    Atomics.add(this.#words, HELPERS, 1);
  }

  /**
   * Owner: runs every task once, and returns when all have ended.
   *
   * @param tasks At most CALL_LIMIT calls in all.
   * @param helperCount How many helpers are woken.
   * @throws {Error} If a helper's task failed.
   */
  run(tasks: readonly (readonly NumberedCall[])[], helperCount: number): void {
    let callCount = 0;
    tasks.forEach((task, i) => {
      for (const [index, ...args] of task) {
        const at = callCount++ * CALL_SIZE;
        this.#calls[at] = index;
        this.#calls[at + 1] = args.length;
        args.forEach((value, k) => this.#calls[at + 2 + k] = Number(value));
      }
      this.#words[STATE_SIZE + i] = callCount;
    });
    const words = this.#words;
    Atomics.store(words, LEFT, tasks.length);
    Atomics.add(words, GENERATION, 1);
    Atomics.notify(words, GENERATION, Math.min(helperCount, tasks.length - 1));
    try {
      this.#takeTasks();
    } finally {
      for (;;) {
        const busy = Atomics.load(words, BUSY);
        if (busy === 0) break;
        Atomics.wait(words, BUSY, busy);
      }
    }
    if (Atomics.load(words, FAILED) > 0) {
      throw new Error("Cannot go on as every thread of backend wasm must end its task: one fails");
    }
  }

  /** Helper: takes part in every job, until none has come for a while. */
  help(idleMilliseconds: number): void {
    const words = this.#words;
    try {
      for (let seen = Atomics.load(words, GENERATION);;) {
        Atomics.add(words, BUSY, 1);
        try {
          this.#takeTasks();
        } catch (error) {
          Atomics.store(words, FAILED, 1);
          throw error;
        } finally {
          Atomics.sub(words, BUSY, 1);
          Atomics.notify(words, BUSY);
        }
        if (Atomics.wait(words, GENERATION, seen, idleMilliseconds) === "timed-out") return;
        seen = Atomics.load(words, GENERATION);
      }
    } finally {
      Atomics.sub(words, HELPERS, 1);
    }
  }

  #takeTasks(): void {
    for (;;) {
      const task = Atomics.sub(this.#words, LEFT, 1) - 1;
      if (task < 0) return;
      const begin = task === 0 ? 0 : this.#words[STATE_SIZE + task - 1]!;
      const end = this.#words[STATE_SIZE + task]!;
      for (let call = begin; call < end; call++) this.#call(call * CALL_SIZE);
    }
  }

  #call(at: number): void {
    const calls = this.#calls;
    const first = at + 2;
    const args = calls.subarray(first, first + calls[at + 1]!);
    this.#functions[calls[at]!]!(...args);
  }
}
