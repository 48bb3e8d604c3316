/**
 * Files read and hashed on all cores, and JPEG files among them checked as far as they can be without a decoder.
 *
 * Threads take parts of the list in turn, and answers are in the order of the list: they do not depend on the number of threads.
 */

import { mapConcurrent } from "../../map_concurrent.ts";
import {
  type ExamineAnswer,
  examinePart,
  type ExamineRequest,
  type FileContent,
} from "./examine_part.ts";

/** How to examine files. */
export interface ExamineOptions {
  /** Whether JPEG files are to be checked. */
  readonly shouldWalk: boolean;
  /** Told of files that are done, by their places in the list; parts of it come in any order. */
  readonly onFiles?: (part: readonly (readonly [place: number, FileContent | null])[]) => void;
  /** @default all cores, for many files */
  readonly threadCount?: number;
}

/** Files that a thread takes at a time. */
const PART_SIZE = 64;
/** Files above which threads pay for their start. */
const MANY_FILES = 512;

/**
 * Examines files.
 *
 * @returns In the order of `paths`; `null` for what cannot be read or is too large for a thread: the caller finds out why.
 */
export async function examineFiles(
  paths: readonly string[],
  options: ExamineOptions,
): Promise<(FileContent | null)[]> {
  const { shouldWalk, onFiles } = options;
  const threadCount = options.threadCount ??
    (paths.length > MANY_FILES ? navigator.hardwareConcurrency : 1);
  const parts = Array.from(
    { length: Math.ceil(paths.length / PART_SIZE) },
    (_, i) => paths.slice(i * PART_SIZE, (i + 1) * PART_SIZE),
  );
  const workers = threadCount > 1 && canStartWorkers() ? startWorkers(threadCount) : [];
  try {
    const answers = await mapConcurrent(
      parts,
      Math.max(1, workers.length),
      async (part, index, lane) => {
        const request = { paths: part, shouldWalk };
        const worker = workers[lane];
        const answer = await (worker ? ask(worker, request) : examinePart(request));
        onFiles?.(answer.map((content, i) => [index * PART_SIZE + i, content]));
        return answer;
      },
    );
    return answers.flat();
  } finally {
    for (const worker of workers) worker.terminate();
  }
}

function startWorkers(count: number): Worker[] {
  return Array.from({ length: count }, () => new Worker(workerUrl(), { type: "module" }));
}

function workerUrl(): URL {
  return new URL("./examine_worker.ts", import.meta.url);
}

function ask(worker: Worker, request: ExamineRequest): Promise<ExamineAnswer> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<ExamineAnswer>) => resolve(data);
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(`Cannot read files in a thread as its worker must run: ${event.message}`));
    };
    worker.postMessage(request);
  });
}

/** A program from a registry, or one that may not read its own sources, has no file for a worker. */
function canStartWorkers(): boolean {
  const url = workerUrl();
  return url.protocol === "file:" &&
    Deno.permissions.querySync({ name: "read", path: url }).state === "granted";
}
