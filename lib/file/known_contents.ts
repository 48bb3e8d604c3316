/**
 * Hashes of files, remembered until a file changes: a text beside the list that they belong to.
 *
 * A hash holds for a file of the same path, size, two times and number in its file system. The later time is that of the entry,
 * which programs cannot set: a file that was replaced, written or renamed is another one, whatever its size and date say. Times
 * have steps: what had changed just before it was looked up might change once more within the step, so its hash is not kept, nor
 * that of a file with a time to come. A text that is damaged in any byte counts as none. Where nothing is known, files are read.
 */

import { basename, dirname, join } from "@std/path";
import { InputError } from "../errors.ts";
import { makeFolder, removeTemporaryFiles, writeFileAtomic } from "./atomic_write.ts";
import { withFileLock } from "./file_lock.ts";
import type { FileState } from "./file_state.ts";
import { hashBytes } from "./hash.ts";
import { readBytesIfThere } from "./read_file.ts";

const NAME = "contents.txt";
const HEADER = "proxyan contents 1";
/** Size, two times and number of the file, its hash, its path as it was named. */
const LINE = /^(\d+ \d+ \d+ \d+) ([0-9a-f]{64}) (.+)$/;
/** Steps of times: of whole seconds (two, at most), and of any other. */
const [COARSE_STEP_MS, FINE_STEP_MS] = [2000, 100];

/** A file that was read. */
export interface ReadFile {
  /** As it was before it was read. */
  readonly state: FileState;
  /** Milliseconds since 1970: when it was looked up. */
  readonly atMs: number;
  /** Of its bytes, hexadecimal. */
  readonly sha256: string;
}

interface KnownFile {
  readonly state: string;
  readonly sha256: string;
}

/** What is known of the files of one list. */
export class KnownContents {
  readonly #path: string;
  readonly #stored: ReadonlyMap<string, KnownFile>;
  readonly #used = new Map<string, KnownFile>();
  #hasNews = false;

  private constructor(path: string, stored: ReadonlyMap<string, KnownFile>) {
    this.#path = path;
    this.#stored = stored;
  }

  /** What was remembered in a folder; nothing, if there is no text, or it is damaged. */
  static async read(folder: string): Promise<KnownContents> {
    const path = join(folder, NAME);
    const bytes = await readBytesIfThere(path, "read known hashes");
    return new KnownContents(path, bytes ? parse(bytes) : new Map());
  }

  /** The hash of a file that is as it was, or `null`: read it. */
  find(path: string, state: FileState): string | null {
    const known = this.#stored.get(path);
    if (known?.state !== formatState(state)) return null;
    this.#used.set(path, known);
    return known.sha256;
  }

  /** Remembers the hash of a file, with its state before it was read, looked up no earlier than `atMs`. */
  add(path: string, { state, atMs, sha256 }: ReadFile): void {
    if (!isSettled(state, atMs)) return;
    this.#used.set(path, { state: formatState(state), sha256 });
    this.#hasNews = true;
  }

  /**
   * Stores what was found and added, and forgets the rest; does nothing where that is what is stored.
   *
   * Where it cannot be stored (a folder that may only be read, a full disk), files are read again the next time: no result
   * depends on it.
   */
  async save(): Promise<void> {
    if (!this.#hasNews && this.#used.size === this.#stored.size) return;
    const body = [...this.#used].map(([file, { state, sha256 }]) => `${state} ${sha256} ${file}\n`)
      .join("");
    try {
      await makeFolder(dirname(this.#path));
      await withFileLock(this.#path, async () => {
        await removeTemporaryFiles(dirname(this.#path), basename(this.#path));
        await writeFileAtomic(this.#path, `${HEADER} ${hashBytes(body)}\n${body}`);
      });
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
    }
  }
}

function isSettled({ changedMs }: FileState, atMs: number): boolean {
  return atMs - changedMs > (changedMs % 1000 === 0 ? COARSE_STEP_MS : FINE_STEP_MS);
}

function formatState({ sizeBytes, modifiedMs, changedMs, inode }: FileState): string {
  return `${sizeBytes} ${modifiedMs} ${changedMs} ${inode}`;
}

function parse(bytes: Uint8Array): Map<string, KnownFile> {
  const text = new TextDecoder().decode(bytes);
  const bodyStart = text.indexOf("\n") + 1;
  const body = text.slice(bodyStart);
  const files = new Map<string, KnownFile>();
  if (text.slice(0, bodyStart) !== `${HEADER} ${hashBytes(body)}\n`) return files;
  for (const line of body.split("\n")) {
    const [, state, sha256, file] = LINE.exec(line) ?? [];
    if (file !== undefined) files.set(file, { state: state!, sha256: sha256! });
  }
  return files;
}
