/** Some files, read, hashed and, as far as they are JPEG, checked: what one thread does. */

import { answerMany } from "../answer_many.ts";
import { type FileState, readFileState, readFileStateNow } from "../file_state.ts";
import { hashBytes } from "../hash.ts";
import type { ReadFile } from "../known_contents.ts";
import { MAX_PIXEL_COUNT } from "./decode.ts";
import { type JpegSize, walkJpeg } from "./walk_jpeg.ts";

/** What is in a file. */
export interface FileContent extends ReadFile {
  /** Pixels of a JPEG file that is whole beyond doubt; `null` for any other, and where it was not asked for. */
  readonly size: JpegSize | null;
}

/** What a thread is asked. */
export interface ExamineRequest {
  readonly paths: readonly string[];
  readonly shouldWalk: boolean;
}
/** What it answers, in the order of the paths. */
export type ExamineAnswer = readonly (FileContent | null)[];

/** Files above it are left to the caller, which has one of them in memory at a time. */
const MAX_BYTES = 2 ** 24;
/** Files in memory at a time. */
const LIMIT = 4;

/** Examines files; `null` stands for one that cannot be examined here: the caller reads it once more, and says what is wrong. */
export async function examinePart({ paths, shouldWalk }: ExamineRequest): Promise<ExamineAnswer> {
  return await answerMany(paths, {
    askNow: (path) => {
      const atMs = Date.now();
      try {
        const state = readFileStateNow(path);
        return isReadable(state)
          ? describe(Deno.readFileSync(path), state, atMs, shouldWalk)
          : null;
      } catch {
        return null;
      }
    },
    ask: async (path) => {
      const atMs = Date.now();
      try {
        const state = await readFileState(path);
        return isReadable(state)
          ? describe(await Deno.readFile(path), state, atMs, shouldWalk)
          : null;
      } catch {
        return null;
      }
    },
    limit: LIMIT,
  });
}

function isReadable(state: FileState | null): state is FileState {
  return state !== null && state.sizeBytes > 0 && state.sizeBytes <= MAX_BYTES;
}

function describe(
  bytes: Uint8Array,
  state: FileState,
  atMs: number,
  shouldWalk: boolean,
): FileContent | null {
  if (bytes.length !== state.sizeBytes) return null; // it is being written
  const size = shouldWalk ? walkJpeg(bytes) : null;
  const isBounded = size !== null && size.width * size.height <= MAX_PIXEL_COUNT;
  return { state, atMs, sha256: hashBytes(bytes), size: isBounded ? size : null };
}
