/** A file that is read in parts, so that no more of it is in memory than what is asked for. */

import { InputError } from "../errors.ts";
import { checkIsFile, explainReadError } from "./read_file.ts";

/** Bytes that a stream reads at a time. */
const PART_BYTES = 2 ** 14;

/** A file open for reading at any position. Close it with `using`. */
export class ByteSource {
  /** Where it is; for errors. */
  readonly path: string;
  /** What it is read for; for errors. */
  readonly action: string;
  readonly sizeBytes: number;
  readonly #file: Deno.FsFile;

  private constructor(path: string, action: string, file: Deno.FsFile) {
    this.path = path;
    this.action = action;
    this.#file = file;
    this.sizeBytes = file.statSync().size;
  }

  /**
   * Opens a file.
   *
   * @param action What it is read for, such as `read weights`.
   * @throws {InputError} If it does not exist, is no regular file, or must not be read.
   */
  static open(path: string, action: string): ByteSource {
    try {
      checkIsFile(Deno.statSync(path), path, action); // before opening: a pipe would be waited for
      return new ByteSource(path, action, Deno.openSync(path));
    } catch (error) {
      throw explainReadError(error, path, action);
    }
  }

  /**
   * Fills `target` with the bytes from `position`.
   *
   * @throws {InputError} If the file ends before.
   */
  read(position: number, target: Uint8Array): void {
    this.#file.seekSync(position, Deno.SeekMode.Start);
    for (let filled = 0; filled < target.length;) {
      const count = this.#file.readSync(target.subarray(filled));
      if (count === null) this.failTruncated(position + target.length);
      filled += count;
    }
  }

  /**
   * A copy of `count` bytes from `position`.
   *
   * @throws {InputError} If the file ends before.
   */
  copy(position: number, count: number): Uint8Array<ArrayBuffer> {
    if (position + count > this.sizeBytes) this.failTruncated(position + count);
    const bytes = new Uint8Array(count);
    this.read(position, bytes);
    return bytes;
  }

  /** The same in small parts; the source must stay open until the end. */
  stream(position: number, count: number): ReadableStream<Uint8Array<ArrayBuffer>> {
    let at = position;
    const end = position + count;
    return new ReadableStream({
      pull: (controller) => {
        if (at === end) return controller.close();
        const part = this.copy(at, Math.min(PART_BYTES, end - at));
        at += part.length;
        controller.enqueue(part);
      },
    }, { highWaterMark: 0 });
  }

  /** Says which rule of its format the file breaks. */
  fail(rule: string, value: string): never {
    throw new InputError(`${this.path}: Cannot ${this.action} as ${rule}: it is ${value}`);
  }

  /** Says that the file, or a part of it, ends too early. */
  failTruncated(neededBytes: number, sizeBytes = this.sizeBytes): never {
    throw new InputError(
      `${this.path}: Cannot ${this.action} as the file must have at least ${neededBytes} bytes: ` +
        `it has ${sizeBytes}; is the download complete?`,
    );
  }

  /** Closes the file. */
  [Symbol.dispose](): void {
    this.#file.close();
  }
}
