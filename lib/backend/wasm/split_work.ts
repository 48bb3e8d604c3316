/** Splits the work of kernels that go entry by entry, or row by row, over the threads. */

import type { KernelCall } from "./kernel_threads.ts";
import { type Part, splitRange } from "./multiply_parts.ts";
import type { WasmModule } from "./open_module.ts";

/** What is to be split. */
export interface SplitWork {
  /** How many entries, or rows. */
  readonly count: number;
  /** Multiples of which a part has, but for the last one. @default 1 */
  readonly step?: number;
  /** About how many multiplications all of it is worth. */
  readonly work: number;
}

/** Runs a kernel over all entries or rows, on all threads if there is much to do. */
export function runParts(
  { threads }: WasmModule,
  { count, step = 1, work }: SplitWork,
  callOf: (part: Part) => KernelCall,
): void {
  threads.run(splitRange(count, step, threads.countParts(work)).map((part) => [callOf(part)]));
}
